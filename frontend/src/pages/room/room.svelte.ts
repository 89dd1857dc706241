import type { Remark, Step } from '$lib/api/schema';
import { heard, inTurns, isUnheard, placeOf, turnLeft } from '$lib/floor';
import { i18n } from '$lib/i18n/i18n.svelte';
import type { Debate, Pending } from '$lib/live/debate.svelte';
import { emptyFloor, type Doing } from '$lib/live/floor';
import type { Floor } from '$lib/live/protocol';
import type { TopicView } from '$lib/topic.svelte';
import { Draft } from './draft.svelte';

/** What becomes of what one writes: it goes at once, waits for one's turn or the end of a pause, or cannot go any more. */
export type Pen = 'send' | 'wait' | 'paused' | 'ended' | 'none';
/** Why a text has stayed in the draft. */
export type Kept = '' | 'turn-over' | 'refused';

const dismissed = new Map<string, number>(); // by topic and room: the step whose nudge was put away

/** One room as this person sees it and acts in it, over the live line. */
export class RoomView {
  /** The server's time, renewed while the room is shown. */
  now = $state(0);
  kept = $state<Kept>('');
  readonly draft: Draft;

  #later = $state(0);
  #finished = 0;

  readonly floor: Floor = $derived.by(() => this.debate.floor(this.room));
  readonly agenda: Step[] = $derived.by(() => {
    const debate = this.view.topic?.settings.debate;
    return (this.room === 0 ? debate?.hall_agenda : debate?.agenda) ?? [];
  });
  readonly remarks: Remark[] = $derived.by(() => this.debate.rooms[this.room]?.remarks ?? []);
  /** Whether the floor of this room is known yet; it comes after the messages. */
  readonly known: boolean = $derived.by(() => (this.debate.rooms[this.room]?.floor ?? emptyFloor) !== emptyFloor);
  readonly here: number = $derived.by(() => this.debate.here[this.room] ?? 0);
  /** The author number of this person; 0 for who takes no part in this room. */
  readonly me: number = $derived.by(() => {
    const { role, number } = this.debate.me;
    if (role) return role === 'participant' ? number : 0;
    const seat = this.view.topic?.me.seat; // the line has never been there to say it
    return seat?.status === 'accepted' ? seat.number : 0;
  });
  /** Whether this person belongs to the room as one of those who debate. */
  readonly citizen: boolean = $derived.by(
    () => this.me > 0 && this.view.can('floor') && (this.room === 0 || this.room === this.view.topic?.me.seat.table),
  );
  /** Whether the debate is on here: not before, not after, and not at a table that was joined with another. */
  readonly live: boolean = $derived.by(() => this.view.stage?.kind === 'debate' && !this.floor.closed);
  readonly turns: boolean = $derived.by(() => this.live && inTurns(this.agenda, this.floor));
  readonly mine: boolean = $derived.by(() => this.me > 0 && this.floor.speaker === this.me);
  readonly place: number = $derived.by(() => placeOf(this.floor, this.me));
  /** Whether this person waits behind those whom the floor names. */
  readonly behind: boolean = $derived.by(() => this.debate.waitsBehind(this.room));
  readonly turnLeft: number | undefined = $derived.by(() => turnLeft(this.floor, this.now));
  /** Messages that came in while another part of the room was open. */
  readonly unread: number = $derived.by(() => this.debate.unread[this.room] ?? 0);
  /** Why one only reads here. */
  readonly why: string = $derived.by(() => {
    const t = i18n.t.room.reader;
    const stage = this.view.stage?.kind;
    if (stage !== 'debate') return stage === 'applications' || stage === 'draw' || !stage ? t.not_open : t.ended;
    return this.room === 0 ? t.signed : t.table;
  });
  readonly heard: number = $derived.by(() => heard(this.floor, this.remarks).size);
  /** What this person did here and the server refused. */
  readonly refused: Doing[] = $derived.by(() => this.debate.doing.filter((d) => d.room === this.room && d.state === 'failed'));
  readonly unheard: boolean = $derived.by(
    () => this.room !== 0 && this.citizen && !this.draft.text && this.#later !== this.floor.step && isUnheard(this.floor, this.remarks, this.me, this.now),
  );
  readonly pen: Pen = $derived.by(() => {
    if (!this.view.topic || !this.mayWrite) return this.draft.text ? 'ended' : 'none';
    if (this.floor.closed) return this.draft.text ? 'ended' : 'none';
    if (this.me === 0) return 'send'; // whoever works for the topic is bound by no turn
    if (this.floor.paused) return 'paused';
    // Until the floor is known, nobody's turn is taken for one's own.
    if (!this.known && this.room !== 0 && this.agenda.some((s) => s.turns)) return 'wait';
    return this.turns && !this.mine ? 'wait' : 'send';
  });
  /** Whether the topic's rules let this person write here at all. */
  readonly mayWrite: boolean = $derived.by(() => this.view.can('say') && (this.me === 0 || this.room === 0 || this.room === this.view.topic?.me.seat.table));

  constructor(
    readonly view: TopicView,
    readonly debate: Debate,
    readonly room: number,
  ) {
    // One's own table keeps its draft when one is moved to another.
    const own = room !== 0 && room === view.topic?.me.seat.table;
    this.draft = new Draft(`room.${view.id}.${own ? 'table' : room}`);
    this.#later = dismissed.get(this.#name) ?? 0;
    this.now = debate.serverNow();
  }

  /** Keeps the clock going; gives the way to stop it. */
  tick(): () => void {
    const timer = setInterval(() => (this.now = this.debate.serverNow()), 500);
    return () => clearInterval(timer);
  }

  /** Looks by itself every ten seconds while the line is down; gives the way to stop. */
  poll(): () => void {
    const look = () => {
      if (this.debate.line !== 'live' && !document.hidden) void this.debate.poll(this.room).catch(() => undefined); // the line's state says it
    };
    const first = setTimeout(look, 4000);
    const timer = setInterval(look, 10_000);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }

  say(text: string, reply: number): void {
    this.debate.say(this.room, text, reply);
  }

  hand(up: boolean): void {
    void (up ? this.debate.raise(this.room) : this.debate.lower(this.room));
  }

  finish(): void {
    this.#finished = this.floor.turn;
    void this.debate.yield(this.room);
  }

  moreTime(): void {
    void this.debate.moreTime(this.room);
  }

  moveOn(wish: boolean): void {
    void (wish ? this.debate.moveOn(this.room) : this.debate.stay(this.room));
  }

  /** Puts the nudge away until the next step. */
  later(): void {
    this.#later = this.floor.step;
    dismissed.set(this.#name, this.floor.step);
  }

  /** A turn of this person's has ended: whatever is typed stays, and they are told unless they ended it. */
  turnEnded(turn: number): void {
    if (turn !== this.#finished && this.draft.text.trim()) this.kept = 'turn-over';
  }

  /** Puts a refused remark back where it was written, unless something else stands there by now. */
  takeBack(late: Pending): void {
    if (this.draft.text.trim()) return;
    this.draft.text = late.text;
    this.draft.reply = late.reply_to;
    this.kept = 'refused';
    this.debate.discard(late.id);
  }

  get #name(): string {
    return `${this.view.id} ${this.room}`;
  }
}
