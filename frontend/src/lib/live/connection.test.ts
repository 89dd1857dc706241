import { describe, expect, it, vi } from 'vitest';
import { backoff } from './backoff';
import { Connection, type LineState, type Sign, type Socket } from './connection';
import type { ServerMessage } from './protocol';

class FakeSocket implements Socket {
  readyState = 0;
  onopen: Socket['onopen'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  onmessage: Socket['onmessage'] = null;
  sent: unknown[] = [];
  closed = 0;
  send(data: string) {
    this.sent.push(JSON.parse(data));
  }
  close(code = 1000) {
    this.closed = code;
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.onopen?.({});
  }
  gets(...messages: ServerMessage[]) {
    this.onmessage?.({ data: JSON.stringify(messages) });
  }
  breaks(code: number, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

function line(random = () => 0) {
  vi.useFakeTimers();
  const sockets: FakeSocket[] = [];
  const states: LineState[] = [];
  const ended: string[] = [];
  const got: ServerMessage[] = [];
  const room = { room: 3, epoch: 0, last: 0 };
  const world: { sign?: (sign: Sign) => void } = {};
  const connection = new Connection(
    't',
    { rooms: () => [{ ...room }], message: (m) => got.push(m), state: (s) => states.push(s), ended: (w) => ended.push(w) },
    false,
    {
      open: () => {
        const s = new FakeSocket();
        sockets.push(s);
        return s;
      },
      random,
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (h) => clearTimeout(h as never),
      signs: (heard) => {
        world.sign = heard;
        return () => delete world.sign;
      },
    },
  );
  const joined: ServerMessage = { t: 'joined', topic: 't', epoch: 7, rooms: [3], number: 1, role: 'participant', now: 0 };
  return { connection, sockets, states, ended, got, room, joined, world };
}

describe('the line to a topic', () => {
  it('joins with what it has, and again with what it has by then', () => {
    const { connection, sockets, room, joined, states } = line();
    connection.start();
    sockets[0]!.opens();
    expect(sockets[0]!.sent).toEqual([{ t: 'join', topic: 't', rooms: [{ room: 3, epoch: 0, last: 0 }] }]);
    sockets[0]!.gets(joined);
    room.epoch = 7;
    room.last = 21;
    sockets[0]!.breaks(1006);
    expect(states).toEqual(['connecting', 'live', 'waiting']);
    vi.advanceTimersByTime(500);
    sockets[1]!.opens();
    expect(sockets[1]!.sent).toEqual([{ t: 'join', topic: 't', rooms: [{ room: 3, epoch: 7, last: 21 }] }]);
    connection.stop();
  });

  it('waits longer with each failure and starts over after a success', () => {
    const { connection, sockets, joined } = line();
    connection.start();
    const waits = [500, 1000, 2000];
    for (const [i, wait] of waits.entries()) {
      sockets[i]!.breaks(1006);
      vi.advanceTimersByTime(wait - 1);
      expect(sockets).toHaveLength(i + 1);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(i + 2);
    }
    sockets[3]!.opens();
    sockets[3]!.gets(joined);
    sockets[3]!.breaks(1012);
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(5);
    connection.stop();
  });

  it('stops for good when signed out or forbidden', () => {
    for (const [code, why] of [
      [4001, 'signed-out'],
      [4003, 'forbidden'],
    ] as const) {
      const { connection, sockets, ended } = line();
      connection.start();
      sockets[0]!.opens();
      sockets[0]!.breaks(code);
      vi.advanceTimersByTime(120_000);
      expect(sockets).toHaveLength(1);
      expect(ended).toEqual([why]);
    }
  });

  it('does not send again what was wrong, until somebody asks', () => {
    const { connection, sockets, states } = line();
    connection.start();
    sockets[0]!.opens();
    sockets[0]!.breaks(4009);
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toBe('closed');
    connection.now();
    expect(sockets).toHaveLength(2);
    connection.stop();
  });

  it('comes back within the time that a restarting server names', () => {
    const { connection, sockets } = line(() => 0.5);
    connection.start();
    sockets[0]!.opens();
    sockets[0]!.breaks(1012, 'retry_ms=8000');
    vi.advanceTimersByTime(3_999);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
    connection.stop();
  });

  it('gives up a silent line', () => {
    const { connection, sockets, states, joined } = line();
    connection.start();
    sockets[0]!.opens();
    sockets[0]!.gets(joined);
    vi.advanceTimersByTime(39_000);
    sockets[0]!.gets({ t: 'beat', epoch: 7, now: 0, tops: [] });
    vi.advanceTimersByTime(39_000);
    expect(states.at(-1)).toBe('live');
    vi.advanceTimersByTime(2_000);
    expect(states).toContain('waiting');
    expect(sockets[0]!.closed).toBe(1000);
    connection.stop();
  });

  it('does not wait when the network comes back', () => {
    const { connection, sockets } = line();
    connection.start();
    for (let i = 0; i < 5; i++) {
      sockets.at(-1)!.breaks(1006);
      vi.advanceTimersByTime(30_000);
    }
    sockets.at(-1)!.breaks(1006);
    const before = sockets.length;
    connection.now();
    expect(sockets).toHaveLength(before + 1);
    connection.stop();
  });

  it('is honest at once when the network goes, and back at once when it comes', () => {
    const { connection, sockets, states, joined, world } = line();
    connection.start();
    sockets[0]!.opens();
    sockets[0]!.gets(joined);
    world.sign!('offline');
    expect(states.at(-1)).toBe('waiting');
    expect(sockets[0]!.closed).toBe(1000);
    world.sign!('online');
    expect(sockets).toHaveLength(2);
    world.sign!('online'); // what was begun without a network is not waited for
    expect(sockets).toHaveLength(3);
    expect(sockets[1]!.closed).toBe(1000);
    sockets[2]!.opens();
    world.sign!('online');
    expect(sockets).toHaveLength(3);
    connection.stop();
    expect(world.sign).toBeUndefined();
  });

  it('asks whether the line still lives when the page is looked at again', () => {
    const { connection, sockets, states, joined, world } = line();
    connection.start();
    sockets[0]!.opens();
    sockets[0]!.gets(joined);
    world.sign!('looked-at');
    expect(sockets[0]!.sent.at(-1)).toEqual({ t: 'ping' });
    vi.advanceTimersByTime(3_000);
    sockets[0]!.gets({ t: 'beat', epoch: 7, now: 0, tops: [] });
    vi.advanceTimersByTime(30_000);
    expect(states.at(-1)).toBe('live');
    world.sign!('looked-at');
    vi.advanceTimersByTime(4_000);
    expect(states.at(-1)).toBe('waiting'); // no answer: the line is dead
    world.sign!('looked-at');
    expect(sockets).toHaveLength(2); // nor does it wait longer than one looks
    connection.stop();
  });

  it('sends nothing before the server joined it', () => {
    const { connection, sockets, joined } = line();
    connection.start();
    expect(connection.say('u', 3, 'hello', 0)).toBe(false);
    sockets[0]!.opens();
    expect(connection.say('u', 3, 'hello', 0)).toBe(false);
    sockets[0]!.gets(joined);
    expect(connection.say('u', 3, 'hello', 0)).toBe(true);
    expect(sockets[0]!.sent.at(-1)).toEqual({ t: 'say', id: 'u', room: 3, text: 'hello', reply_to: 0 });
    connection.stop();
  });

  it('drops a frame that is no array and comes back', () => {
    const { connection, sockets, states } = line();
    connection.start();
    sockets[0]!.opens();
    sockets[0]!.onmessage?.({ data: '{"t":"beat"}' });
    expect(states.at(-1)).toBe('waiting');
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
    connection.stop();
  });
});

describe('backoff', () => {
  it('doubles, ends at 30 s, and chance takes up to half away', () => {
    expect([0, 1, 2, 3].map((n) => backoff(n, () => 0))).toEqual([500, 1000, 2000, 4000]);
    expect(backoff(40, () => 0)).toBe(30_000);
    expect(backoff(40, () => 0.999)).toBeGreaterThan(14_900);
    expect(backoff(40, () => 1)).toBe(15_000);
  });
});
