import { backoff } from './backoff';
import { afterClose, decodeFrame, retryHint, subprotocol, type ClientMessage, type JoinRoom, type ServerMessage } from './protocol';

export type LineState = 'connecting' | 'live' | 'waiting' | 'closed';

/** The part of WebSocket that is used, so that tests can stand in for it. */
export interface Socket {
  readyState: number;
  onopen: ((event: unknown) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export interface Handlers {
  /** The rooms to join and what the client already has of each; read at every (re)connect. */
  rooms(): JoinRoom[];
  message(message: ServerMessage): void;
  state(state: LineState): void;
  /** The server ended it for good. */
  ended(why: 'signed-out' | 'forbidden'): void;
}

export interface Environment {
  open(): Socket;
  random(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

const silence = 40_000; // two beats of 15 s missed and some: the line is dead though nobody said so

/** Keeps one websocket to a topic alive: joins, resumes after every break, and backs off while it cannot. */
export class Connection {
  #socket: Socket | undefined;
  #joined = false;
  #stopped = true;
  #attempt = 0;
  #retry: unknown;
  #watch: unknown;

  constructor(
    private readonly topic: string,
    private readonly handlers: Handlers,
    private readonly env: Environment = browser(),
  ) {}

  /** Whether the server has answered the join, so that what is sent now is taken. */
  get joined(): boolean {
    return this.#joined;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.env.clearTimeout(this.#retry);
    this.env.clearTimeout(this.#watch);
    this.#drop(1000);
    this.handlers.state('closed');
  }

  /** Tries at once instead of waiting: the network is back, or the person asked. */
  now(): void {
    if (this.#stopped || this.#socket) return;
    this.env.clearTimeout(this.#retry);
    this.#attempt = 0;
    this.#open();
  }

  /** Asks again for what each room lacks, on the open line. */
  rejoin(): void {
    this.#send({ t: 'join', topic: this.topic, rooms: this.handlers.rooms() });
  }

  /** Reports whether it was handed to the line; an acknowledgement is still to come. */
  say(id: string, room: number, text: string, reply_to: number): boolean {
    return this.#joined && this.#send({ t: 'say', id, room, text, reply_to });
  }

  #send(message: ClientMessage): boolean {
    if (!this.#socket || this.#socket.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open(): void {
    this.handlers.state('connecting');
    let socket: Socket;
    try {
      socket = this.env.open();
    } catch {
      this.#again();
      return;
    }
    this.#socket = socket;
    this.#listen();
    socket.onopen = () => {
      if (socket === this.#socket) this.rejoin();
    };
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return;
      this.#listen();
      const frame = decodeFrame(event.data);
      if (!frame) {
        this.#drop(1000);
        this.#again();
        return;
      }
      for (const message of frame) {
        if (message.t === 'joined') {
          this.#joined = true;
          this.#attempt = 0;
          this.handlers.state('live');
        }
        this.handlers.message(message);
      }
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      this.#socket = undefined;
      this.#joined = false;
      if (this.#stopped) return;
      const next = afterClose(event.code);
      if (next === 'signed-out' || next === 'forbidden') {
        this.#stopped = true;
        this.env.clearTimeout(this.#watch);
        this.handlers.state('closed');
        this.handlers.ended(next);
      } else if (next === 'stop') {
        this.env.clearTimeout(this.#watch);
        this.handlers.state('closed');
      } else this.#again(retryHint(event.reason));
    };
    socket.onerror = null; // a close always follows
  }

  #again(within = 0): void {
    this.env.clearTimeout(this.#watch);
    this.env.clearTimeout(this.#retry);
    this.handlers.state('waiting');
    this.#retry = this.env.setTimeout(() => {
      if (!this.#stopped && !this.#socket) this.#open();
    }, within ? Math.round(within * this.env.random()) : backoff(this.#attempt++, this.env.random));
  }

  #listen(): void {
    this.env.clearTimeout(this.#watch);
    this.#watch = this.env.setTimeout(() => {
      this.#drop(1000);
      if (!this.#stopped) this.#again();
    }, silence);
  }

  #drop(code: number): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#joined = false;
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close(code);
  }
}

function browser(): Environment {
  return {
    open() {
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
      return new WebSocket(`${scheme}://${location.host}/live`, subprotocol) as unknown as Socket;
    },
    random: Math.random,
    setTimeout: (run, ms) => window.setTimeout(run, ms),
    clearTimeout: (handle) => window.clearTimeout(handle as number | undefined),
  };
}
