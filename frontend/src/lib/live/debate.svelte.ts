import { api } from '../api/calls';
import { Problem } from '../api/problem';
import { drawer, type Drawer } from '../drafts';
import { uuid } from '../uuid';
import { ServerClock } from './clock';
import { Connection, type LineState } from './connection';
import { emptyFloor, expected, recount, replaces, type Counts, type Doing } from './floor';
import { Outbox, type Pending } from './outbox.svelte';
import { reactions, type Floor, type Reaction, type Remark, type ServerMessage, type What } from './protocol';
import { append, caught, emptyRoom, insert, polled, prepend, reset, type RoomLog } from './roomlog';
import { Spread } from './spread';

export type { Pending } from './outbox.svelte';

/** Whether the person whose rooms these are is still signed in here; undefined where nobody can say now. */
export type Still = boolean | undefined;

export interface Listeners {
  /** Something of the topic itself changed: stage, board, items. */
  changed(): void;
  /** The server knows this person here no longer: find out whether that is so. */
  signedOut(): Still | Promise<Still>;
}

/** The live state of one topic's rooms in this browser. */
export class Debate {
  line = $state<LineState>('connecting');
  /** The author of this person's own remarks; number 0 for somebody whom the topic does not know. */
  me = $state.raw({ number: 0, role: '' });
  rooms = $state.raw<Record<number, RoomLog>>({});
  here = $state<Record<number, number>>({});
  unread = $state<Record<number, number>>({});
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
  #outbox: Outbox;
  #listeners: Listeners;
  /** Rooms whose first frame after a break has not come yet. */
  #resuming = new Set<number>();
  #behind: Record<number, number> = {};
  #met = false;
  #telling: Spread;
  /** Timers of what is tried once more. */
  #later = new Set<number>();
  #asking = false;
  #failures = 0;
  #over = false;

  constructor(
    readonly topic: string,
    rooms: number[],
    listeners: Listeners,
    kept: Drawer = drawer(),
  ) {
    this.#listeners = listeners;
    this.rooms = Object.fromEntries(rooms.map((room) => [room, emptyRoom(room)]));
    this.#outbox = new Outbox(`unsent.${topic}`, kept, {
      line: (p) => this.#connection.say(p.id, p.room, p.text, p.reply_to, this.#as),
      post: async (p) => {
        const { id, ack } = await api.say(topic, p.room, p.text, p.reply_to, p.id, this.#as);
        return { remark: id, seq: ack.seq };
      },
      arrived: () => this.#settle(),
      estranged: () => void this.#estranged(),
    });
    this.#telling = new Spread(listeners.changed);
    this.#connection = new Connection(topic, {
      rooms: () => Object.values(this.rooms).map(({ room, epoch, last }) => ({ room, epoch, last })),
      message: (m) => this.#take(m),
      state: (state) => {
        if (state === 'waiting' && this.line === 'live') {
          this.filled = 0;
          this.#resuming = new Set(Object.values(this.rooms).map((log) => log.room));
        }
        if (state !== 'live') this.#outbox.lost();
        // A server that answers but opens no line may know this person no longer.
        if (state === 'waiting' && this.line === 'connecting' && ++this.#failures === 3) void this.#estranged();
        this.line = state;
      },
      ended: (why) => {
        if (why === 'forbidden') this.forbidden = true;
        else void this.#estranged();
      },
    });
  }

  /** What was said here and is not seen as a real remark yet, oldest first. */
  get pending(): Pending[] {
    return this.#outbox.entries;
  }

  /** Whose words go from here; undefined where the server names nobody. */
  get #as(): string | undefined {
    return this.#outbox.owner || undefined;
  }

  /** Nothing goes out until it is sure that the person who wrote it is who is signed in. */
  async #estranged(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const still = await this.#listeners.signedOut();
    if (this.#over) return;
    if (still === false) {
      this.#outbox.close();
      this.#connection.stop();
      return;
    }
    this.#soon(() => {
      this.#asking = false;
      if (!still) return void this.#estranged();
      this.#outbox.resume();
      this.#connection.start();
    }, still ? 500 : 4000);
  }

  #soon(run: () => void, ms = 500): void {
    const timer = window.setTimeout(
      () => {
        this.#later.delete(timer);
        run();
      },
      ms + 1000 * Math.random(),
    );
    this.#later.add(timer);
  }

  start(): () => void {
    this.#connection.start();
    return () => {
      this.#over = true;
      this.#outbox.close();
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

  /** Shows the remark at once and sends it when those before it in the room are there; over plain HTTP where the line is down. */
  say(room: number, text: string, reply_to: number): void {
    this.#outbox.add(room, text, reply_to);
  }

  again(id: string): void {
    this.#outbox.again(id);
  }

  discard(id: string): void {
    this.#outbox.discard(id);
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
      this.#outbox.wake();
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.code === 'unauthenticated') void this.#estranged();
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
      if (what === 'react') await api.react(this.topic, remark, reaction, made.id, this.#as);
      else await api.doFloor(this.topic, room, what, turn, step, made.id, this.#as);
      this.#done(made.id, -1);
    } catch (error) {
      const problem = Problem.from(error);
      if (problem.passing) return; // sent again, with the same id, when the line is back
      this.#refused(made.id, problem);
    }
  }

  /** Hands it to the line, false where the line is down. */
  #hand({ id, room, what, turn, step, remark, reaction }: Doing): boolean {
    const made = { id, room, what, ...(this.#as && { as: this.#as }) };
    if (what === 'react') return this.#connection.do({ ...made, remark, reaction });
    if (what === 'yield' || what === 'more-time') return this.#connection.do({ ...made, turn });
    if (what === 'move-on' || what === 'stay') return this.#connection.do({ ...made, step });
    return this.#connection.do(made);
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

  #take(m: ServerMessage): void {
    switch (m.t) {
      case 'joined':
        // The line goes with the browser's session, and that may be another person's by now.
        if (m.as !== undefined && this.#as !== undefined && m.as !== this.#as) {
          this.#connection.stop();
          void this.#estranged();
          break;
        }
        this.#failures = 0;
        this.me = { number: m.number, role: m.role };
        this.#heard(m.now);
        if (this.#met && this.table !== (m.table ?? 0)) this.#telling.soon();
        this.table = m.table ?? 0;
        this.#met = true;
        if (m.reacted)
          this.#reacted = { ...this.#reacted, ...Object.fromEntries(m.reacted.map(([id, kind]) => [id, reactions[kind - 1] ?? ''])) };
        for (const room of m.rooms) if (!this.rooms[room]) this.#put(emptyRoom(room));
        // What was never acknowledged goes again; the same id counts once.
        // Whoever was moved meanwhile can say nothing more at the old table.
        if (m.role === 'participant' && this.table) this.#outbox.strand((p) => p.room !== 0 && p.room !== this.table, this.table);
        this.#outbox.joined();
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
        const others = added.filter((r) => !r.author.mine).length;
        if (this.#resuming.delete(m.room)) this.filled += others; // one's own may have gone another way meanwhile
        if (m.room !== this.open && others) this.unread[m.room] = (this.unread[m.room] ?? 0) + others;
        this.#settle();
        this.#arrived(m.room);
        break;
      }
      case 'ack':
        this.#outbox.acknowledged(m.id, m.remark, m.seq);
        this.#done(m.id, m.seq);
        break;
      case 'problem': {
        const problem = Problem.parse(0, m.problem);
        if (!m.id) this.problem = problem;
        else if (this.pending.some((p) => p.id === m.id)) this.#outbox.refused(m.id, problem);
        else if (problem.code === 'retry') this.#onceMore(m.id);
        else this.#refused(m.id, problem);
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
    this.#soon(() => {
      const made = this.doing.find((d) => d.id === id && d.state === 'sending' && d.seq === 0);
      if (made) this.#hand(made);
    });
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

  /** Takes away what has arrived as a real remark. What the line has passed without it, one sees all the same. */
  #settle(): void {
    this.#outbox.settle((p) => {
      const log = this.rooms[p.room];
      if (!log) return false;
      if (log.remarks.some((r) => r.id === p.remark)) return true;
      if (log.last < p.seq) return false;
      this.#put(insert(log, this.#own(this.#said(p))));
      return true;
    });
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
