import { Problem } from '../api/problem';
import type { Drawer } from '../drafts';
import { uuid } from '../uuid';

/** A remark on its way: shown at once, counted only when the server acknowledged it. */
export interface Pending {
  id: string;
  room: number;
  text: string;
  reply_to: number;
  state: 'sending' | 'failed';
  problem?: Problem;
  /** The remark that it became, once acknowledged, and its seq. */
  remark: number;
  seq: number;
}

/** How a remark leaves. */
export interface Ways {
  /** Hands it to the live line, false where that is down. What became of it comes by `acknowledged` or `refused`. */
  line(entry: Pending): boolean;
  /** Sends it over plain HTTP; fails with a Problem. */
  post(entry: Pending): Promise<{ remark: number; seq: number }>;
  /** One was acknowledged. */
  arrived(): void;
  /** The server does not take words of this outbox's owner from here: nothing more goes until `resume`. */
  estranged(): void;
}

type Kept = Pick<Pending, 'id' | 'room' | 'text' | 'reply_to'> & { failed?: Pick<Problem, 'code' | 'title' | 'detail'> };

/** A remark under way: over the line, or else over HTTP. */
interface Trip {
  id: string;
  line: boolean;
  patience?: ReturnType<typeof setTimeout>;
}

/** What goes on in one room's queue. */
interface Lane {
  trip?: Trip;
  wait?: { timer: ReturnType<typeof setTimeout>; paced: boolean };
  refusals: number;
}

const paces = [2000, 3000, 5000, 8000]; // milliseconds; the server's limit lets one remark go every two seconds
const unreached = 5000; // until the next try where neither way works
const patience = 20_000; // an acknowledgement later than that will not come: the same id is sent again

const keeping = ({ id, room, text, reply_to, state, problem }: Pending): Kept => ({
  id,
  room,
  text,
  reply_to,
  ...(state === 'failed' && problem && { failed: { code: problem.code, title: problem.title, detail: problem.detail } }),
});

/**
 * What one person has said and the server has not acknowledged, of one topic. In each room one remark is under way at
 * a time, the oldest, so that they arrive in the order in which they were said; the next goes when it is acknowledged
 * or refused for good. All outlive a reload, under the same ids, which count once.
 */
export class Outbox {
  entries = $state<Pending[]>([]);
  #lanes = new Map<number, Lane>();
  #held = false;
  #closed = false;

  constructor(
    private readonly name: string,
    private readonly drawer: Drawer,
    private readonly ways: Ways,
  ) {
    this.entries = (drawer.load<Kept[]>(name) ?? []).map(({ failed, ...kept }) => ({
      ...kept,
      state: failed ? 'failed' : 'sending',
      problem: failed && new Problem(failed.code, 0, failed.title, failed.detail),
      remark: 0,
      seq: 0,
    }));
  }

  /** Whose words these are. */
  get owner(): string {
    return this.drawer.owner;
  }

  add(room: number, text: string, reply_to: number): void {
    const entry: Pending = { id: uuid(), room, text, reply_to, state: 'sending', remark: 0, seq: 0 };
    this.entries.push(entry);
    // What is said here after all goes with the next one.
    if (this.#closed) this.drawer.save(this.name, [...(this.drawer.load<Kept[]>(this.name) ?? []), keeping(entry)]);
    this.#keep();
    this.#wake(room);
  }

  /** Tries again what was refused, in its old place. */
  again(id: string): void {
    const entry = this.#find(id);
    if (!entry || entry.state === 'sending') return;
    entry.state = 'sending';
    entry.problem = undefined;
    this.#keep();
    this.#wake(entry.room);
  }

  discard(id: string): void {
    const entry = this.#find(id);
    this.entries = this.entries.filter((p) => p.id !== id);
    this.#keep();
    if (!entry) return;
    this.#arrive(id);
    this.#next(entry.room);
  }

  /** Brings what can't be said any more where it was to be said to another room, for its author to decide about. */
  strand(there: (entry: Pending) => boolean, room: number): void {
    for (const entry of this.entries.filter((p) => p.remark === 0 && there(p))) {
      this.#arrive(entry.id);
      entry.room = room;
      entry.reply_to = 0;
      entry.state = 'failed';
      entry.problem = new Problem('conflict', 0, '', '');
    }
    this.#keep();
  }

  /** Forgets those that are seen as real remarks by now. */
  settle(there: (entry: Pending) => boolean): void {
    const left = this.entries.filter((p) => p.remark === 0 || !there(p));
    if (left.length !== this.entries.length) this.entries = left;
  }

  acknowledged(id: string, remark: number, seq: number): void {
    const lane = this.#arrive(id);
    const entry = this.#find(id);
    if (entry) {
      entry.state = 'sending';
      entry.problem = undefined;
      entry.remark = remark;
      entry.seq = seq;
      this.#keep();
      this.ways.arrived();
    }
    if (lane !== undefined) {
      this.#lane(lane).refusals = 0;
      this.#next(lane);
    }
  }

  /** What is refused for good stays with its problem; all else goes later, in its place. */
  refused(id: string, problem: Problem): void {
    const room = this.#arrive(id);
    const entry = this.#find(id);
    if (room === undefined || !entry) {
      if (room !== undefined) this.#next(room);
      return;
    }
    const lane = this.#lane(room);
    switch (problem.code) {
      case 'rate-limited':
      case 'retry':
        this.#pause(room, paces[Math.min(lane.refusals++, paces.length - 1)]!, true);
        break;
      case 'offline':
        this.#pause(room, unreached, false);
        break;
      case 'unauthenticated':
      case 'other-person':
        this.#hold();
        this.ways.estranged();
        break;
      default:
        entry.state = 'failed';
        entry.problem = problem;
        this.#keep();
        this.#next(room);
    }
  }

  /** The line is up: what went over it and was not acknowledged went with the old one. */
  joined(): void {
    for (const lane of this.#lanes.values()) if (lane.trip && !lane.trip.line) this.#end(lane);
    for (const room of this.#rooms()) this.#wake(room);
  }

  /** The line is down: what it carried goes another way, unless it is back first. */
  lost(): void {
    for (const [room, lane] of this.#lanes) {
      if (!lane.trip?.line) continue;
      this.#end(lane);
      this.#pause(room, unreached, false);
    }
  }

  /** Tries at once what waits because the server could not be reached. */
  wake(): void {
    for (const room of this.#rooms()) this.#wake(room);
  }

  /** Goes on after `estranged`: its owner is signed in. */
  resume(): void {
    if (this.#closed) return;
    this.#held = false;
    this.wake();
  }

  /** Sends and keeps nothing more; what is kept is for the next outbox of its owner. */
  close(): void {
    this.#hold();
    this.#closed = true;
  }

  #hold(): void {
    this.#held = true;
    for (const lane of this.#lanes.values()) {
      this.#end(lane);
      clearTimeout(lane.wait?.timer);
      lane.wait = undefined;
    }
  }

  #wake(room: number): void {
    const lane = this.#lane(room);
    if (lane.wait && !lane.wait.paced) {
      clearTimeout(lane.wait.timer);
      lane.wait = undefined;
    }
    this.#next(room);
  }

  #next(room: number): void {
    const lane = this.#lane(room);
    if (this.#held || lane.trip || lane.wait) return;
    const entry = this.entries.find((p) => p.room === room && p.state === 'sending' && p.remark === 0);
    if (!entry) return;
    const trip: Trip = { id: entry.id, line: true };
    lane.trip = trip;
    if (this.ways.line(entry)) {
      trip.patience = setTimeout(() => {
        this.#end(lane);
        this.#next(room);
      }, patience);
      return;
    }
    trip.line = false;
    this.ways.post(entry).then(
      ({ remark, seq }) => this.acknowledged(trip.id, remark, seq),
      (error: unknown) => {
        if (lane.trip === trip) this.refused(trip.id, Problem.from(error)); // else it goes another way by now
      },
    );
  }

  #pause(room: number, ms: number, paced: boolean): void {
    if (this.#held) return;
    const lane = this.#lane(room);
    clearTimeout(lane.wait?.timer);
    const timer = setTimeout(
      () => {
        lane.wait = undefined;
        this.#next(room);
      },
      ms * (1 + Math.random() / 4),
    );
    lane.wait = { timer, paced };
  }

  /** Ends the trip of that remark; gives the room of it. */
  #arrive(id: string): number | undefined {
    for (const [room, lane] of this.#lanes) {
      if (lane.trip?.id !== id) continue;
      this.#end(lane);
      return room;
    }
    return undefined;
  }

  #end(lane: Lane): void {
    clearTimeout(lane.trip?.patience);
    lane.trip = undefined;
  }

  #lane(room: number): Lane {
    let lane = this.#lanes.get(room);
    if (!lane) this.#lanes.set(room, (lane = { refusals: 0 }));
    return lane;
  }

  #rooms(): Set<number> {
    return new Set(this.entries.map((p) => p.room));
  }

  #find(id: string): Pending | undefined {
    return this.entries.find((p) => p.id === id);
  }

  #keep(): void {
    if (this.#closed) return;
    const kept = this.entries.filter((p) => p.remark === 0).map(keeping);
    if (kept.length) this.drawer.save(this.name, kept);
    else this.drawer.drop(this.name);
  }
}
