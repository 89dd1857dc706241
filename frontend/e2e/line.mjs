// A network line that can be cut: an HTTP proxy for one browser context. Cutting it breaks every connection that is
// open, websockets too, and refuses new ones; nothing in the page knows of it beforehand.
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

export async function openLine() {
  const sockets = new Set();
  let whole = true;
  const keep = (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((from, to) => {
    const onward = request(from.url, { method: from.method, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  });
  server.on('connection', (socket) => {
    keep(socket);
    if (!whole) socket.destroy();
  });
  server.on('connect', (from, socket, head) => {
    const [host, port] = from.url.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length) onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    keep(onward);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      whole = true;
    },
    async close() {
      this.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
