import { SvelteSet } from 'svelte/reactivity';
import { api } from '$lib/api/calls';
import type { Wall, WallRoom } from '$lib/api/schema';
import { Remote } from '$lib/loading.svelte';
import { byNeed, filtered, isOpen, overtaking, steady, summary, type WallFilter } from '$lib/wall';

/** The tables of a debate as a facilitator looks at them: what they need, in an order that stays until it is asked for anew. */
export class WallView {
  readonly remote: Remote<Wall>;
  filter = $state<WallFilter>('all');
  readonly chosen = new SvelteSet<number>();
  /** What the server's clock is ahead of ours, in milliseconds. */
  offset = $state(0);
  #order = $state.raw<number[]>([]);
  #met = false;

  constructor(readonly topic: string) {
    this.remote = new Remote(async () => {
      const wall = await api.wall(topic);
      this.#take(wall);
      return wall;
    });
  }

  #rows = $derived.by(() => this.remote.value ? filtered(this.remote.value, this.filter) : []);
  #byRoom = $derived.by(() => new Map(this.#rows.map((r) => [r.room, r])));
  /** The tables of the filter in the order that stays. */
  readonly rows: WallRoom[] = $derived.by(() => steady(this.#order, this.#rows).map((room) => this.#byRoom.get(room)!));
  /** Tables that now need somebody more than those above them. */
  readonly overtaking: WallRoom[] = $derived.by(() => overtaking(this.rows.map((r) => r.room), this.#rows));
  readonly mine: WallRoom[] = $derived.by(() => this.remote.value ? filtered(this.remote.value, 'mine') : []);
  readonly open: WallRoom[] = $derived.by(() => (this.remote.value?.rooms ?? []).filter(isOpen));
  readonly sum = $derived.by(() => summary(this.remote.value?.rooms ?? [], this.agenda.length));
  readonly targets: WallRoom[] = $derived.by(() => this.chosen.size ? this.open.filter((r) => this.chosen.has(r.room)) : this.mine);

  get agenda() {
    return this.remote.value?.agenda ?? [];
  }

  #take(wall: Wall): void {
    // An answer that was kept or came late shows an old time, never one that is ahead.
    const offset = wall.now - Date.now();
    this.offset = this.#met ? Math.max(this.offset, offset) : offset;
    if (!this.#met && wall.mine?.length) this.filter = 'mine';
    this.#met = true;
    const rows = wall.rooms ?? [];
    this.#order = steady(this.#order, rows);
    const open = new Set(rows.filter(isOpen).map((r) => r.room));
    for (const room of this.chosen) if (!open.has(room)) this.chosen.delete(room);
  }

  /** Puts those that need somebody most first. */
  sort = (): void => {
    this.#order = [...(this.remote.value?.rooms ?? [])].sort(byNeed).map((r) => r.room);
  };

  show(filter: WallFilter): void {
    this.filter = filter;
    this.sort();
  }

  toggle(room: number): void {
    if (!this.chosen.delete(room)) this.chosen.add(room);
  }
}
