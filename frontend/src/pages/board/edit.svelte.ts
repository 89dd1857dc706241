import { api } from '$lib/api/calls';
import { Problem } from '$lib/api/problem';
import type { BoardChange, BoardFilter, BoardOp, Cluster, Colleague, Idea, Reply, ReplyFor } from '$lib/api/schema';
import { i18n } from '$lib/i18n/i18n.svelte';
import { Remote } from '$lib/loading.svelte';
import { reasonsFor } from '$lib/reasons';
import { toasts } from '$lib/toasts.svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { merged } from './change';

/** The board as one person works on it: what is shown, what is selected, and the step that waits for its reason. */
export class BoardEdit {
  readonly remote: Remote<BoardChange>;
  /** Read once somebody may take a step. */
  readonly offered: Remote<{ replies: Reply[] }>;
  groups = new SvelteSet<number>();
  /** The selected ideas, with the group that each was in. */
  chosen = new SvelteMap<number, number>();
  /** Which ideas are listed; undefined while the groups are shown. */
  scope = $state.raw<BoardFilter | undefined>();
  /** A step that is complete but for its reason (and sometimes a name or a target). */
  step = $state.raw<BoardOp | undefined>();
  /** The group that a split is to be proposed for. */
  parting = $state(0);
  /** Other moderators who are at work here. */
  others = $state.raw<Colleague[]>([]);
  undoing = $state(0);
  reading = $state(0);
  busy = $state(false);
  problem = $state.raw<Problem | undefined>();

  /** Groups that a proposed step is about. */
  waiting = $derived.by(() => new Set((this.remote.value?.proposed ?? []).flatMap((s) => [s.cluster, ...(s.clusters ?? [])])));

  #clusters = $derived.by(() => new Map((this.remote.value?.clusters ?? []).map((c) => [c.id, c])));
  #ideas = new SvelteMap<number, Idea>();
  /** What of the board was before the person when the step began. */
  #seen = 0;
  #asked = new Set<number>();

  constructor(
    readonly topic: string,
    private readonly langs: () => string[],
  ) {
    this.offered = new Remote(() => api.reasons(topic));
    this.remote = new Remote(async () => {
      const last = this.remote.value;
      const change = await api.board(topic, last ? { epoch: last.epoch, since: last.seq } : {});
      this.know(change.ideas);
      return merged(last, change);
    });
  }

  cluster = (id: number): Cluster | undefined => this.#clusters.get(id);
  idea = (id: number): Idea | undefined => this.#ideas.get(id);
  title = (id: number): string => {
    if (id === 0) return i18n.t.board.unsorted;
    const c = this.#clusters.get(id);
    return c ? c.title || c.label || `№ ${c.id}` : `№ ${id}`;
  };

  know(ideas: Idea[]): void {
    for (const idea of ideas) {
      this.#ideas.set(idea.id, idea);
      if (this.chosen.has(idea.id)) this.chosen.set(idea.id, idea.cluster);
    }
  }

  /** Asks for ideas that are not known yet, once. */
  async want(ids: number[]): Promise<void> {
    const missing = ids.filter((id) => !this.#ideas.has(id) && !this.#asked.has(id)).slice(0, 100);
    if (missing.length === 0) return;
    missing.forEach((id) => this.#asked.add(id));
    try {
      this.know((await api.boardIdeas(this.topic, { among: missing.join(',') }, { limit: missing.length })).ideas);
    } catch {
      missing.forEach((id) => this.#asked.delete(id)); // they are an addition: the next look asks again
    }
  }

  /** Where ideas in no group would go: idea → group, asked for once after each change of the board. */
  would = new SvelteMap<number, number>();
  #would = new Map<number, string>(); // idea → the board that it was asked for

  async place(ideas: Idea[]): Promise<void> {
    const board = `${this.remote.value?.run}.${this.remote.value?.operations_total}`;
    const ids = ideas.filter((i) => i.cluster === 0 && this.#would.get(i.id) !== board).map((i) => i.id);
    if (ids.length === 0 || !this.remote.value?.run) return;
    ids.forEach((id) => this.#would.set(id, board));
    try {
      for (const { id, cluster, would } of (await api.boardIdeas(this.topic, { among: ids.join(',') }, { limit: ids.length, would: 1 })).ideas) {
        if (would && cluster === 0) this.would.set(id, would);
        else this.would.delete(id);
      }
    } catch {
      ids.forEach((id) => this.#would.delete(id)); // they are an addition: the next look asks again
    }
  }

  /** Moves an idea where it would go, without asking for a reason of one's own. */
  async moveThere(idea: number, cluster: number): Promise<void> {
    this.#seen = this.remote.value?.seq ?? 0;
    this.problem = undefined;
    const step: BoardOp = { kind: 'move', ideas: [idea], cluster };
    const reason = this.reasons('move')[0];
    if (reason === undefined) {
      this.begin(step);
      return;
    }
    await this.commit(step, reason);
    if (this.problem) this.#tell(this.problem);
  }

  /** The reasons to choose from for a step, none until they are read. */
  reasons = (of: ReplyFor): string[] => reasonsFor(this.offered.value?.replies ?? [], of, this.langs(), i18n.lang);

  /** Rises with every change of what a list of ideas may show. */
  version = (scope: BoardFilter): number =>
    (scope.cluster && !scope.q ? this.cluster(scope.cluster)?.changed : this.remote.value?.seq) ?? this.remote.value?.seq ?? 0;

  /** The one group that all selected ideas are in, or undefined. */
  get home(): number | undefined {
    const homes = new Set(this.chosen.values());
    return homes.size === 1 ? [...homes][0] : undefined;
  }

  /** The ideas that a step on this one is about: all selected, if it is among them. */
  meant = (id: number): number[] => (this.chosen.has(id) ? [...this.chosen.keys()] : [id]);

  choose(idea: Idea, on = !this.chosen.has(idea.id)): void {
    if (on) this.chosen.set(idea.id, idea.cluster);
    else this.chosen.delete(idea.id);
  }

  async chooseAll(scope: BoardFilter): Promise<void> {
    this.problem = undefined;
    try {
      const { ids, total } = await api.boardIds(this.topic, scope);
      for (const id of ids) this.chosen.set(id, scope.cluster ?? (scope.only === 'unsorted' ? 0 : (this.idea(id)?.cluster ?? -1)));
      if (ids.length < total) toasts.show(i18n.t.curation.chosen_most(ids.length));
    } catch (error) {
      this.#tell(Problem.from(error));
    }
  }

  /** Says where one works, hears where others do, and reads the board where it has changed unnoticed. */
  async here(): Promise<void> {
    try {
      const answer = await api.workAt(this.topic, this.scope?.cluster ?? 0);
      this.others = answer.others;
      if (this.remote.value && answer.board !== this.remote.value.tag) await this.remote.load();
    } catch {
      this.others = []; // the line is down: the board itself says so
    }
  }

  begin(step: BoardOp): void {
    this.problem = undefined;
    this.#seen = this.remote.value?.seq ?? 0;
    this.step = step;
  }

  clear(): void {
    this.groups.clear();
    this.chosen.clear();
  }

  async commit(step: BoardOp, reason: string): Promise<void> {
    await this.#send(async () => {
      const answer = await api.edit(this.topic, step, reason, this.#seen);
      this.step = undefined;
      this.clear();
      const t = i18n.t;
      if (answer.draft) {
        this.#proposed(answer.draft);
        return;
      }
      const reversed = step.kind === 'leave-out' || step.kind === 'put-back'; // by its own opposite: planners may do it too
      toasts.show(t.board.done[step.kind], reversed ? {} : {
        action: {
          label: t.app.undo,
          run: () => {
            const reason = this.reasons('back')[0];
            if (reason === undefined) this.undoing = answer.seq;
            else void this.undo(answer.seq, reason);
          },
        },
      });
    });
  }

  /** Confirms, refuses or withdraws a proposed step, as the board is that one sees. */
  async settle(draft: number, outcome: 'confirmed' | 'refused' | 'withdrawn', reason = ''): Promise<boolean> {
    return this.#send(async () => {
      await api.settleStep(this.topic, draft, outcome, reason, this.remote.value?.seq ?? 0);
      toasts.show(i18n.t.checks.done[outcome]);
    });
  }

  /** That a step be taken back has been proposed. */
  taken = (seq: number): boolean => this.remote.value?.proposed.some((s) => s.undoes === seq) ?? false;

  /** A second moderator has to confirm such a step. */
  checked = (kind: BoardOp['kind']): boolean => this.remote.value?.checked.includes(kind) ?? false;

  async undo(seq: number, reason: string): Promise<void> {
    const done = await this.#send(async () => {
      const { draft } = await api.undo(this.topic, seq, reason);
      this.undoing = 0;
      if (draft) this.#proposed(draft);
      else toasts.show(i18n.t.board.undo_done);
    });
    // From a notice there is no dialog that would show the problem.
    if (!done && this.undoing === 0 && this.problem) this.#tell(this.problem);
  }

  #proposed(draft: number): void {
    const t = i18n.t.checks;
    toasts.show(t.proposed, { action: { label: t.withdraw, run: () => void this.settle(draft, 'withdrawn') } });
  }

  #tell(problem: Problem): void {
    toasts.show(`${i18n.t.problems[problem.code].title}. ${problem.detail}`, { tone: 'bad' });
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
      if (this.problem.code === 'conflict') {
        // What somebody else did is read and shown; who sends the step again does it knowing that.
        await this.remote.load();
        this.#seen = this.remote.value?.seq ?? 0;
      }
      return false;
    } finally {
      this.busy = false;
    }
  }
}
