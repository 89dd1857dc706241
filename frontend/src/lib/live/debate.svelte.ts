import { api } from '../api/calls';
import { Problem } from '../api/problem';
import type { Remark } from '../api/schema';
import { uuid } from '../uuid';
import { Connection, type LineState } from './connection';
import type { ServerMessage } from './protocol';
import { append, emptyRoom, prepend, reset, type RoomLog } from './roomlog';

/** A remark on its way: shown at once, counted only when the server acknowledged it. */
export interface Pending {
  id: string;
  room: number;
  text: string;
  reply_to: number;
  state: 'sending' | 'failed';
  problem?: Problem;
  /** The remark that it became, once acknowledged. */
  remark: number;
}

export interface Listeners {
  /** Something of the topic itself changed: stage, board, items. */
  changed(): void;
  signedOut(): void;
}

/** The live state of one topic's rooms in this browser. */
export class Debate {
  line = $state<LineState>('connecting');
  /** The author of this person's own remarks; number 0 for somebody whom the topic does not know. */
  me = $state.raw({ number: 0, role: '' });
  rooms = $state.raw<Record<number, RoomLog>>({});
  here = $state<Record<number, number>>({});
  unread = $state<Record<number, number>>({});
  pending = $state<Pending[]>([]);
  /** The room being looked at: it has no unread remarks. */
  open = $state(0);
  forbidden = $state(false);
  /** A problem that belongs to no remark of ours. */
  problem = $state.raw<Problem | undefined>();
  /** Remarks that came in since the last resume; what the reconnect filled in. */
  filled = $state(0);

  #connection: Connection;
  /** Rooms whose first frame after a break has not come yet. */
  #resuming = new Set<number>();
  #behind: Record<number, number> = {};

  constructor(
    readonly topic: string,
    rooms: number[],
    private readonly listeners: Listeners,
  ) {
    this.rooms = Object.fromEntries(rooms.map((room) => [room, emptyRoom(room)]));
    this.#connection = new Connection(topic, {
      rooms: () => Object.values(this.rooms).map(({ room, epoch, last }) => ({ room, epoch, last })),
      message: (m) => this.#take(m),
      state: (state) => {
        if (state === 'waiting' && this.line === 'live') {
          this.filled = 0;
          this.#resuming = new Set(Object.values(this.rooms).map((log) => log.room));
        }
        this.line = state;
      },
      ended: (why) => {
        if (why === 'forbidden') this.forbidden = true;
        else listeners.signedOut();
      },
    });
  }

  start(): () => void {
    const online = () => this.#connection.now();
    window.addEventListener('online', online);
    this.#connection.start();
    return () => {
      window.removeEventListener('online', online);
      this.#connection.stop();
    };
  }

  reconnect(): void {
    this.#connection.now();
  }

  look(room: number): void {
    this.open = room;
    this.unread[room] = 0;
  }

  /** Shows the remark at once and sends it; over plain HTTP where the line is down. */
  async say(room: number, text: string, reply_to: number): Promise<void> {
    const entry: Pending = { id: uuid(), room, text, reply_to, state: 'sending', remark: 0 };
    this.pending.push(entry);
    await this.#send(entry.id);
  }

  async again(id: string): Promise<void> {
    const entry = this.pending.find((p) => p.id === id);
    if (!entry) return;
    entry.state = 'sending';
    entry.problem = undefined;
    await this.#send(id);
  }

  discard(id: string): void {
    this.pending = this.pending.filter((p) => p.id !== id);
  }

  async earlier(room: number): Promise<void> {
    const log = this.rooms[room];
    if (!log) return;
    const page = await api.remarks(this.topic, room, log.remarks[0]?.seq);
    this.#put(prepend(this.rooms[room] ?? log, page.remarks ?? [], page.more));
  }

  /** The live line is one for all, so whose a remark is shows in its author alone. */
  #own = <R extends Remark>(r: R): R => ({
    ...r,
    author: { ...r.author, mine: this.me.number > 0 && r.author.number === this.me.number && r.author.role === this.me.role },
  });

  async #send(id: string): Promise<void> {
    const entry = this.pending.find((p) => p.id === id);
    if (!entry) return;
    if (this.#connection.say(entry.id, entry.room, entry.text, entry.reply_to)) return;
    try {
      const answer = await api.say(this.topic, entry.room, entry.text, entry.reply_to, entry.id);
      this.#acknowledged(entry.id, answer.id);
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.passing) return; // stays "sending": sent again, with the same id, when the line is back
      this.#failed(entry.id, problem);
    }
  }

  #take(m: ServerMessage): void {
    switch (m.t) {
      case 'joined':
        this.me = { number: m.number, role: m.role };
        for (const room of m.rooms) if (!this.rooms[room]) this.#put(emptyRoom(room));
        // What was never acknowledged goes again; the same id counts once.
        for (const p of this.pending) {
          if (p.state === 'sending' && p.remark === 0) this.#connection.say(p.id, p.room, p.text, p.reply_to);
        }
        break;
      case 'reset':
        this.#put(reset({ ...m, remarks: (m.remarks ?? []).map(this.#own) }));
        this.#settle();
        this.#resuming.delete(m.room);
        break;
      case 'events': {
        const had = this.rooms[m.room];
        if (!had) break;
        const events = (m.events ?? []).map((e) => (e.e === 'remark' ? { ...this.#own(e), e: e.e } : e));
        const { log, gap, added } = append(had, { ...m, events });
        if (gap) {
          this.#connection.rejoin();
          break;
        }
        this.#put(log);
        if (this.#resuming.delete(m.room)) this.filled += added.length;
        const others = added.filter((r) => !r.author.mine).length;
        if (m.room !== this.open && others) this.unread[m.room] = (this.unread[m.room] ?? 0) + others;
        this.#settle();
        break;
      }
      case 'ack':
        this.#acknowledged(m.id, m.remark);
        break;
      case 'problem': {
        const problem = Problem.parse(0, m.problem);
        if (m.id) this.#failed(m.id, problem);
        else this.problem = problem;
        break;
      }
      case 'beat':
        this.#compare(m.epoch, m.tops ?? []);
        break;
      case 'presence':
        this.here[m.room] = m.here;
        break;
      case 'stage':
      case 'board':
        this.listeners.changed();
        break;
    }
  }

  /** A beat that is ahead of a room twice with nothing in between: something got lost, ask for it. */
  #compare(epoch: number, tops: [number, number][]): void {
    let ask = false;
    for (const [room, top] of tops) {
      const log = this.rooms[room];
      if (!log) continue;
      if (epoch !== log.epoch || (top > log.last && this.#behind[room] === log.last)) ask = true;
      this.#behind[room] = top > log.last ? log.last : -1;
    }
    if (ask) this.#connection.rejoin();
  }

  #acknowledged(id: string, remark: number): void {
    const entry = this.pending.find((p) => p.id === id);
    if (!entry) return;
    entry.remark = remark;
    this.#settle();
  }

  #failed(id: string, problem: Problem): void {
    const entry = this.pending.find((p) => p.id === id);
    if (!entry) return;
    entry.state = 'failed';
    entry.problem = problem;
  }

  /** Takes away what has arrived as a real remark. */
  #settle(): void {
    this.pending = this.pending.filter(
      (p) => p.remark === 0 || !this.rooms[p.room]?.remarks.some((r: Remark) => r.id === p.remark),
    );
  }

  #put(log: RoomLog): void {
    this.rooms = { ...this.rooms, [log.room]: log };
  }
}
