import { api } from '../api/calls';
import { Problem } from '../api/problem';
import { dropDraft, loadDraft, saveDraft } from '../drafts';
import { uuid } from '../uuid';
import { ServerClock } from './clock';
import { Connection, type LineState } from './connection';
import { emptyFloor, expected, recount, replaces, type Counts, type Doing } from './floor';
import { reactions, type Floor, type Reaction, type Remark, type ServerMessage, type What } from './protocol';
import { append, caught, emptyRoom, insert, polled, prepend, reset, type RoomLog } from './roomlog';
import { Spread } from './spread';

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

export interface Listeners {
  /** Something of the topic itself changed: stage, board, items. */
  changed(): void;
  signedOut(): void;
}

type Kept = Pick<Pending, 'id' | 'room' | 'text' | 'reply_to'>;

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
  /** What this person does besides speaking, on its way or refused; a new one of a kind takes the place of the last. */
  doing = $state<Doing[]>([]);
  /** Milliseconds to add to this device's clock for the server's, by which all deadlines go. */
  offset = $state(0);
  /** The table where this person sits, as the server last told; 0 for none. */
  table = $state(0);
  /** What goes on in each room, with this person's own hand and wish to move on shown as if they had arrived. */
  readonly floors: Record<number, Floor> = $derived(
    Object.fromEntries(
      Object.values(this.rooms).map((log) => [
        log.room,
        expected(log.floor, this.doing.filter((d) => d.room === log.room), this.me.number),
      ]),
    ),
  );
  /** This person's reactions, by remark, as the server has them. */
  #reacted = $state.raw<Record<number, Reaction>>({});
  /** The newest counts that came on the line, by remark. */
  #counts = $state.raw<Record<number, Counts>>({});
  /** Rooms where this person raised a hand and is not seen in the queue yet. */
  #raised = $state.raw<Record<number, true>>({});
  #clock = new ServerClock();

  #connection: Connection;
  /** Rooms whose first frame after a break has not come yet. */
  #resuming = new Set<number>();
  #behind: Record<number, number> = {};
  #met = false;
  #telling: Spread;
  /** Timers of what the server asked to send once more. */
  #later = new Set<number>();

  constructor(
    readonly topic: string,
    rooms: number[],
    listeners: Listeners,
  ) {
    this.rooms = Object.fromEntries(rooms.map((room) => [room, emptyRoom(room)]));
    this.pending = loadDraft<Kept[]>(this.#unsent)?.map((p) => ({ ...p, state: 'sending', remark: 0, seq: 0 })) ?? [];
    this.#telling = new Spread(listeners.changed);
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
    this.#connection.start();
    return () => {
      this.#telling.stop();
      for (const timer of this.#later) window.clearTimeout(timer);
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
    const entry: Pending = { id: uuid(), room, text, reply_to, state: 'sending', remark: 0, seq: 0 };
    this.pending.push(entry);
    this.#keep();
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
    this.#keep();
  }

  /** What was said and has not arrived outlives a reload of the page, under the same ids. */
  #keep(): void {
    const kept: Kept[] = this.pending.map(({ id, room, text, reply_to }) => ({ id, room, text, reply_to }));
    if (kept.length) saveDraft(this.#unsent, kept);
    else dropDraft(this.#unsent);
  }

  get #unsent(): string {
    return `unsent.${this.topic}`;
  }

  async earlier(room: number): Promise<void> {
    const log = this.rooms[room];
    if (!log) return;
    const page = await api.remarks(this.topic, room, log.remarks[0]?.seq);
    this.#reactedIn(page.remarks ?? []);
    this.#put(prepend(this.rooms[room] ?? log, page.remarks ?? [], page.more));
  }

  /** Reads a room over plain HTTP: what there is of the talk while the line is down. Without a network nothing changes. */
  async poll(room: number): Promise<void> {
    try {
      const [page, view] = await Promise.all([api.remarks(this.topic, room), api.floor(this.topic, room)]);
      const log = this.rooms[room];
      if (!log || this.line === 'live') return;
      if (log.epoch > 0) {
        const known = new Set(log.remarks.map((r) => r.id));
        this.filled += (page.remarks ?? []).filter((r) => !known.has(r.id) && !r.author.mine).length;
      }
      this.#heard(view.now);
      this.here[room] = view.here;
      this.#reactedIn(page.remarks ?? []);
      this.#put(polled(log, page.remarks ?? [], page.more, view.floor));
      this.#settle();
      this.#arrived(room);
      for (const p of this.pending) if (p.room === room && p.state === 'sending' && p.remark === 0) await this.#send(p.id);
    } catch (error) {
      const problem = Problem.from(error);
      if (!problem.passing) throw problem;
    }
  }

  /** Whether this person waits in a room behind those whom its floor names. */
  waitsBehind(room: number): boolean {
    const { queue, waiting, speaker } = this.floor(room);
    return !!this.#raised[room] && waiting > queue.length && !queue.includes(this.me.number) && speaker !== this.me.number;
  }

  #raise(room: number, up: boolean): void {
    const { [room]: _, ...others } = this.#raised;
    this.#raised = up ? { ...others, [room]: true } : others;
  }

  /** The floor of a room; an empty one where nothing is known of it. */
  floor(room: number): Floor {
    return this.floors[room] ?? emptyFloor;
  }

  /** The server's time now, Unix milliseconds. */
  serverNow(): number {
    return Date.now() + this.offset;
  }

  /** How many remarks of a room the live line left out because they came too fast. */
  skipped(room: number): number {
    return this.rooms[room]?.skipped ?? 0;
  }

  /** Reads what the live line left out, the newest 200 of it. */
  async catchUp(room: number): Promise<void> {
    const page = await api.remarks(this.topic, room, 0, 200);
    const log = this.rooms[room];
    if (!log) return;
    this.#reactedIn(page.remarks ?? []);
    this.#put(caught(log, page.remarks ?? []));
  }

  raise = (room: number): Promise<void> => this.#do(room, 'raise');
  lower = (room: number): Promise<void> => this.#do(room, 'lower');
  /** Gives back the turn that the room is in. */
  yield = (room: number): Promise<void> => this.#do(room, 'yield');
  /** Asks for more time for the turn that the room is in. */
  moreTime = (room: number): Promise<void> => this.#do(room, 'more-time');
  /** Wishes to go on to the next step of the agenda. */
  moveOn = (room: number): Promise<void> => this.#do(room, 'move-on');
  stay = (room: number): Promise<void> => this.#do(room, 'stay');
  /** Reacts to a remark, '' to take it back. */
  react = (remark: Pick<Remark, 'id' | 'room'>, reaction: Reaction): Promise<void> =>
    this.#do(remark.room, 'react', remark.id, reaction);

  /** What is on its way of that kind, or was refused; undefined if nothing. */
  doingOf(room: number, what: What, remark = 0): Doing | undefined {
    return this.doing.find((d) => replaces({ room, what, remark }, d));
  }

  /** Forgets something that was refused. */
  dismiss(id: string): void {
    this.doing = this.doing.filter((d) => d.id !== id);
  }

  /** This person's reaction to a remark, '' for none; one on its way counts. */
  reactionTo(remark: Remark): Reaction {
    const going = this.doingOf(remark.room, 'react', remark.id);
    return going && going.state !== 'failed' ? going.reaction : this.#had(remark);
  }

  /** How many agree with a remark, find it an insight, are unsure; one's own on its way is counted. */
  reactionsOf(remark: Remark): Counts {
    return recount(this.#counts[remark.id] ?? remark.reactions ?? [0, 0, 0], this.#had(remark), this.reactionTo(remark));
  }

  #had = (remark: Remark): Reaction => this.#reacted[remark.id] ?? remark.reacted ?? '';

  #reactedIn(remarks: Remark[]): void {
    const mine = remarks.filter((r) => r.reacted !== undefined).map((r) => [r.id, r.reacted!] as const);
    if (mine.length) this.#reacted = { ...this.#reacted, ...Object.fromEntries(mine) };
  }

  async #do(room: number, what: What, remark = 0, reaction: Reaction = ''): Promise<void> {
    const { turn, step } = this.floor(room);
    const made: Doing = { id: uuid(), room, what, turn, step, remark, reaction, state: 'sending', seq: 0 };
    if (this.doing.some((d) => d.state === 'sending' && replaces(made, d) && d.what === what && d.reaction === reaction && d.turn === turn && d.step === step))
      return; // pressed twice
    this.doing = [...this.doing.filter((d) => !replaces(made, d)), made];
    if (what === 'raise' || what === 'lower') this.#raise(room, what === 'raise');
    if (this.#hand(made)) return;
    try {
      if (what === 'react') await api.react(this.topic, remark, reaction, made.id);
      else await api.doFloor(this.topic, room, what, turn, step, made.id);
      this.#done(made.id, -1);
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.passing) return; // sent again, with the same id, when the line is back
      this.#refused(made.id, problem);
    }
  }

  /** Hands it to the line, false where the line is down. */
  #hand({ id, room, what, turn, step, remark, reaction }: Doing): boolean {
    if (what === 'react') return this.#connection.do({ id, room, what, remark, reaction });
    if (what === 'yield' || what === 'more-time') return this.#connection.do({ id, room, what, turn });
    if (what === 'move-on' || what === 'stay') return this.#connection.do({ id, room, what, step });
    return this.#connection.do({ id, room, what });
  }

  #done(id: string, seq: number): void {
    const made = this.doing.find((d) => d.id === id);
    if (!made) return;
    made.seq = seq;
    this.#arrived();
  }

  #refused(id: string, problem: Problem): void {
    const made = this.doing.find((d) => d.id === id);
    if (!made) return;
    made.state = 'failed';
    made.problem = problem;
    if (made.what === 'raise') this.#raise(made.room, false);
  }

  /** Takes away what is part of what the server tells; of `told` it has just told something. */
  #arrived(told?: number): void {
    const there = ({ seq, room, what }: Doing) => {
      const log = this.rooms[room];
      // The main hall is told its floor later than its messages.
      const last = log && room === 0 && what !== 'react' ? log.floor.last : (log?.last ?? 0);
      return seq !== 0 && (!log || (seq > 0 ? last >= seq : room === told));
    };
    const mine = this.doing.filter((d) => d.what === 'react' && there(d)).map((d) => [d.remark, d.reaction] as const);
    if (mine.length) this.#reacted = { ...this.#reacted, ...Object.fromEntries(mine) };
    if (this.doing.some(there)) this.doing = this.doing.filter((d) => !there(d));
    for (const room of Object.keys(this.#raised).map(Number)) {
      const { queue, waiting, speaker } = this.rooms[room]?.floor ?? emptyFloor;
      const seen = speaker === this.me.number || queue.includes(this.me.number) || queue.length === waiting;
      if (seen && !this.doingOf(room, 'raise')) this.#raise(room, false);
    }
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
      this.#acknowledged(entry.id, answer.id, answer.ack.seq);
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
        this.#heard(m.now);
        if (this.#met && this.table !== (m.table ?? 0)) this.#telling.soon();
        this.table = m.table ?? 0;
        this.#met = true;
        if (m.reacted)
          this.#reacted = { ...this.#reacted, ...Object.fromEntries(m.reacted.map(([id, kind]) => [id, reactions[kind - 1] ?? ''])) };
        for (const room of m.rooms) if (!this.rooms[room]) this.#put(emptyRoom(room));
        // What was never acknowledged goes again; the same id counts once.
        for (const p of this.pending) {
          if (p.state === 'sending' && p.remark === 0) this.#connection.say(p.id, p.room, p.text, p.reply_to);
        }
        for (const d of this.doing) if (d.state === 'sending' && d.seq === 0) this.#hand(d);
        break;
      case 'reset':
        this.#put(reset({ ...m, remarks: (m.remarks ?? []).map(this.#own) }));
        this.#counts = {};
        this.#settle();
        this.#arrived(m.room);
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
        if (m.reactions?.length)
          this.#counts = { ...this.#counts, ...Object.fromEntries(m.reactions.map(([id, ...counts]) => [id, counts])) };
        if (this.#resuming.delete(m.room)) this.filled += added.length;
        const others = added.filter((r) => !r.author.mine).length;
        if (m.room !== this.open && others) this.unread[m.room] = (this.unread[m.room] ?? 0) + others;
        this.#settle();
        this.#arrived(m.room);
        break;
      }
      case 'ack':
        this.#acknowledged(m.id, m.remark, m.seq);
        this.#done(m.id, m.seq);
        break;
      case 'problem': {
        const problem = Problem.parse(0, m.problem);
        if (m.id && problem.code === 'retry') this.#onceMore(m.id);
        else if (m.id) {
          this.#failed(m.id, problem);
          this.#refused(m.id, problem);
        } else this.problem = problem;
        break;
      }
      case 'beat':
        this.#heard(m.now);
        this.#compare(m.epoch, m.tops ?? []);
        break;
      case 'presence':
        this.here[m.room] = m.here;
        break;
      case 'stage':
      case 'board':
        this.#telling.soon(m.within);
        break;
    }
  }

  /** The server could not confirm it: sends it again in a moment, under the same id. */
  #onceMore(id: string): void {
    const timer = window.setTimeout(
      () => {
        this.#later.delete(timer);
        const said = this.pending.find((p) => p.id === id && p.state === 'sending' && p.remark === 0);
        if (said) void this.#send(id);
        const made = this.doing.find((d) => d.id === id && d.state === 'sending' && d.seq === 0);
        if (made) this.#hand(made);
      },
      500 + 1000 * Math.random(),
    );
    this.#later.add(timer);
  }

  #heard(now: number): void {
    this.#clock.heard(now, Date.now());
    this.offset = this.#clock.offset;
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

  #acknowledged(id: string, remark: number, seq: number): void {
    const entry = this.pending.find((p) => p.id === id);
    if (!entry) return;
    entry.remark = remark;
    entry.seq = seq;
    this.#settle();
  }

  #failed(id: string, problem: Problem): void {
    const entry = this.pending.find((p) => p.id === id);
    if (!entry) return;
    entry.state = 'failed';
    entry.problem = problem;
  }

  /** Takes away what has arrived as a real remark. What the line has passed without it, one sees all the same. */
  #settle(): void {
    this.pending = this.pending.filter((p) => {
      const log = this.rooms[p.room];
      if (p.remark === 0 || !log) return true;
      if (log.remarks.some((r) => r.id === p.remark)) return false;
      if (log.last < p.seq) return true;
      this.#put(insert(log, this.#own(this.#said(p))));
      return false;
    });
    this.#keep();
  }

  /** An acknowledged remark of one's own as it will be read. */
  #said({ remark, seq, room, text, reply_to }: Pending): Remark {
    const author = { ...this.me, mine: true };
    return { id: remark, seq, room, author, text, removed: '', time: Math.round(this.serverNow()), reply_to, characters: [...text].length };
  }

  #put(log: RoomLog): void {
    this.rooms = { ...this.rooms, [log.room]: log };
  }
}
