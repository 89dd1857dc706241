// A mail server and an identity point, as an installation has them, on ports of this machine.
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer as createWeb } from 'node:http';
import { createServer } from 'node:net';

const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

/** Takes every message; `next` gives them one by one, as [link, digits], those without as ['', '', text]. */
export async function openPost() {
  const letters = [];
  const waiting = [];
  const take = (raw) => {
    const text = raw.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    const link = /(http:\/\/\S+#\S+)/.exec(text)?.[1] ?? '';
    const digits = /^ {4}(\d{3}) (\d{3})/m.exec(text)?.slice(1).join('') ?? '';
    const letter = [link, digits, text];
    const taker = waiting.shift();
    if (taker) taker(letter);
    else letters.push(letter);
  };
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let body;
    let rest = '';
    socket.write('220 post\r\n');
    socket.on('data', (chunk) => {
      rest += chunk;
      for (let at; (at = rest.indexOf('\r\n')) >= 0; rest = rest.slice(at + 2)) {
        const line = rest.slice(0, at);
        if (body !== undefined) {
          if (line !== '.') {
            body += `${line.replace(/^\./, '')}\r\n`;
            continue;
          }
          take(body);
          body = undefined;
          socket.write('250 taken\r\n');
        } else if (/^DATA/i.test(line)) {
          body = '';
          socket.write('354 go\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write(/^EHLO/i.test(line) ? '250-post\r\n250 8BITMIME\r\n' : '250 ok\r\n');
      }
    });
  });
  const port = await listening(server);
  return {
    settings: { VECHE_MAIL_HOST: '127.0.0.1', VECHE_MAIL_PORT: String(port), VECHE_MAIL_SECURITY: 'none', VECHE_MAIL_FROM: 'City <city@veche.example>' },
    next: () => (letters.length ? Promise.resolve(letters.shift()) : new Promise((resolve) => waiting.push(resolve))),
    close: () => {
      for (const s of sockets) s.destroy();
      server.close();
    },
  };
}

/** Signs in whoever comes, after they press its button, or sends them back without. */
export async function openPoint() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map();
  const json = (response, value, status = 200) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createWeb((request, response) => {
    const url = new URL(request.url, issuer);
    if (url.pathname === '/.well-known/openid-configuration') {
      json(response, { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys`, id_token_signing_alg_values_supported: ['RS256'] });
    } else if (url.pathname === '/keys') {
      json(response, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
    } else if (url.pathname === '/auth') {
      const code = randomUUID();
      const back = new URL(url.searchParams.get('redirect_uri'));
      const state = url.searchParams.get('state');
      codes.set(code, { nonce: url.searchParams.get('nonce'), challenge: url.searchParams.get('code_challenge') });
      const way = (query) => `${back}?${new URLSearchParams({ state, ...query }).toString().replaceAll('&', '&amp;')}`;
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end(`<!doctype html><title>City</title><h1>City</h1><p><a href="${way({ code })}">It is me</a> <a href="${way({ error: 'access_denied' })}">Go back</a></p>`);
    } else if (url.pathname === '/token') {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const form = new URLSearchParams(body);
        const asked = codes.get(form.get('code'));
        codes.delete(form.get('code'));
        if (!asked || createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== asked.challenge) return json(response, { error: 'invalid_grant' }, 400);
        const now = Math.floor(Date.now() / 1000);
        const text = `${part({ alg: 'RS256', kid: 'one' })}.${part({ iss: issuer, aud: 'veche', sub: 'citizen 4711', nonce: asked.nonce, iat: now, exp: now + 60 })}`;
        json(response, { access_token: 'x', token_type: 'Bearer', id_token: `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}` });
      });
    } else json(response, {}, 404);
  });
  const issuer = `http://127.0.0.1:${await listening(server)}`;
  return {
    settings: { VECHE_CITY_ISSUER: issuer, VECHE_CITY_CLIENT_ID: 'veche', VECHE_CITY_LABEL: 'Riverside ID' },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
