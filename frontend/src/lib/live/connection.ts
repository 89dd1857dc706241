import { backoff } from './backoff';
import { afterClose, decodeFrame, retryHint, subprotocol, type ClientMessage, type Do, type Position, type ServerMessage } from './protocol';

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
  rooms(): Position[];
  message(message: ServerMessage): void;
  state(state: LineState): void;
  /** The server ended it for good. */
  ended(why: 'signed-out' | 'forbidden'): void;
}

/** What the browser notices: the network went or came, or the page is looked at again. */
export type Sign = 'online' | 'offline' | 'looked-at';

export interface Environment {
  open(): Socket;
  random(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Tells signs until the function that it answers is called. */
  signs(heard: (sign: Sign) => void): () => void;
}

const silence = 40_000; // two beats of 15 s missed and some: the line is dead though nobody said so
const probe = 4_000; // how long the answer to a question may take before the line counts as dead

/** Keeps one websocket to a topic alive: joins, resumes after every break, and backs off while it cannot. */
export class Connection {
  #socket: Socket | undefined;
  #joined = false;
  #stopped = true;
  #attempt = 0;
  #retry: unknown;
  #watch: unknown;
  #deaf: (() => void) | undefined;

  constructor(
    private readonly topic: string,
    private readonly handlers: Handlers,
    /** Whether this line only watches: whoever has no other is not counted as present. */
    private readonly watching = false,
    private readonly env: Environment = browser(),
  ) {}

  /** Whether the server has answered the join, so that what is sent now is taken. */
  get joined(): boolean {
    return this.#joined;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#deaf = this.env.signs((sign) => this.#noticed(sign));
    this.#open();
  }

  stop(): void {
    this.#end();
    this.#drop();
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
    const join: ClientMessage = { t: 'join', topic: this.topic, rooms: this.handlers.rooms() };
    this.#send(this.watching ? { ...join, watch: true } : join);
  }

  /** Reports whether it was handed to the line; an acknowledgement is still to come. */
  say(id: string, room: number, text: string, reply_to: number, as?: string): boolean {
    return this.#joined && this.#send({ t: 'say', id, room, text, reply_to, as });
  }

  /** As say, for what one does in a room besides speaking. */
  do(message: Omit<Do, 't'>): boolean {
    return this.#joined && this.#send({ t: 'do', ...message });
  }

  #send(message: ClientMessage): boolean {
    if (!this.#socket || this.#socket.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #noticed(sign: Sign): void {
    if (sign === 'offline') {
      // The browser is sure of this, and a socket would say so only after minutes.
      if (!this.#socket) return;
      this.#drop();
      this.#again();
    } else if (this.#socket?.readyState === 1) {
      // A sleeping phone may have lost the line unnoticed: ask, and expect an answer soon.
      this.#send({ t: 'ping' });
      this.#listen(probe);
    } else {
      if (sign === 'online') this.#drop(); // an attempt from before may hang for long
      this.now();
    }
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
        this.#drop();
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
        this.#end();
        this.handlers.state('closed');
        this.handlers.ended(next);
      } else if (next === 'stop') {
        this.env.clearTimeout(this.#watch);
        this.handlers.state('closed');
      } else this.#again(retryHint(event.reason));
    };
    socket.onerror = null; // a close always follows
  }

  #end(): void {
    this.#stopped = true;
    this.#deaf?.();
    this.#deaf = undefined;
    this.env.clearTimeout(this.#retry);
    this.env.clearTimeout(this.#watch);
  }

  #again(within = 0): void {
    this.env.clearTimeout(this.#watch);
    this.env.clearTimeout(this.#retry);
    this.handlers.state('waiting');
    this.#retry = this.env.setTimeout(() => {
      if (!this.#stopped && !this.#socket) this.#open();
    }, within ? Math.round(within * this.env.random()) : backoff(this.#attempt++, this.env.random));
  }

  #listen(within = silence): void {
    this.env.clearTimeout(this.#watch);
    this.#watch = this.env.setTimeout(() => {
      this.#drop();
      if (!this.#stopped) this.#again();
    }, within);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#joined = false;
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close(1000);
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
    signs(heard) {
      const online = () => heard('online');
      const offline = () => heard('offline');
      const seen = () => {
        if (document.visibilityState === 'visible') heard('looked-at');
      };
      window.addEventListener('online', online);
      window.addEventListener('offline', offline);
      document.addEventListener('visibilitychange', seen);
      return () => {
        window.removeEventListener('online', online);
        window.removeEventListener('offline', offline);
        document.removeEventListener('visibilitychange', seen);
      };
    },
  };
}
