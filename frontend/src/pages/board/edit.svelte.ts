import { api } from '$lib/api/calls';
import { Problem } from '$lib/api/problem';
import type { Board, BoardOp, Cluster, Idea } from '$lib/api/schema';
import { i18n } from '$lib/i18n/i18n.svelte';
import { Remote } from '$lib/loading.svelte';
import { toasts } from '$lib/toasts.svelte';
import { SvelteSet } from 'svelte/reactivity';

/** The board as one moderator works on it: what is selected, and the step that waits for its reason. */
export class BoardEdit {
  readonly remote: Remote<Board>;
  groups = new SvelteSet<number>();
  ideas = new SvelteSet<number>();
  /** A step that is complete but for its reason (and sometimes a name or a target). */
  step = $state.raw<BoardOp | undefined>();
  undoing = $state(0);
  busy = $state(false);
  problem = $state.raw<Problem | undefined>();

  #clusters = $derived.by(() => new Map((this.remote.value?.clusters ?? []).map((c) => [c.id, c])));
  #ideas = $derived.by(() => new Map((this.remote.value?.ideas ?? []).map((i) => [i.id, i])));

  constructor(readonly topic: string) {
    this.remote = new Remote(async () => normal(await api.board(topic)));
  }

  cluster = (id: number): Cluster | undefined => this.#clusters.get(id);
  idea = (id: number): Idea | undefined => this.#ideas.get(id);
  title = (id: number): string => {
    if (id === 0) return i18n.t.board.unsorted;
    const c = this.#clusters.get(id);
    return c ? c.title || c.label || `№ ${c.id}` : `№ ${id}`;
  };

  /** The one group that all selected ideas are in, or undefined. */
  get home(): number | undefined {
    const homes = new Set([...this.ideas].map((id) => this.idea(id)?.cluster));
    return homes.size === 1 ? [...homes][0] : undefined;
  }

  begin(step: BoardOp): void {
    this.problem = undefined;
    this.step = step;
  }

  clear(): void {
    this.groups.clear();
    this.ideas.clear();
  }

  async commit(step: BoardOp, reason: string): Promise<void> {
    await this.#send(async () => {
      const answer = await api.edit(this.topic, step, reason);
      this.step = undefined;
      this.clear();
      const t = i18n.t;
      toasts.show(t.board.done[step.kind], {
        action: { label: t.app.undo, run: () => void this.undo(answer.seq, t.board.reasons.mistake) },
      });
    });
  }

  async undo(seq: number, reason: string): Promise<void> {
    const done = await this.#send(async () => {
      await api.undo(this.topic, seq, reason);
      this.undoing = 0;
      toasts.show(i18n.t.board.undo_done);
    });
    // From a notice there is no dialog that would show the problem.
    if (!done && this.undoing === 0 && this.problem) {
      toasts.show(`${i18n.t.problems[this.problem.code].title}. ${this.problem.detail}`, { tone: 'bad' });
    }
  }

  async #send(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = undefined;
    try {
      await work();
      await this.remote.load();
      return true;
    } catch (error) {
      this.problem = Problem.from(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** Lists that the server may leave out when they are empty. */
function normal(board: Board): Board {
  return {
    ...board,
    clusters: (board.clusters ?? []).map((c) => ({ ...c, ideas: c.ideas ?? [], representatives: c.representatives ?? [] })),
    ideas: board.ideas ?? [],
    unsorted: board.unsorted ?? [],
    operations: board.operations ?? [],
  };
}
