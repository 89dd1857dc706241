import { api } from '$lib/api/calls';
import type { Question, Questions, SimilarQuestion } from '$lib/api/schema';
import { i18n } from '$lib/i18n/i18n.svelte';
import { Doing, Remote } from '$lib/loading.svelte';
import { sameOrder, steadyOrder } from '$lib/order';
import { toasts } from '$lib/toasts.svelte';

/** The questions of a topic, in an order that stays until it is asked for anew, and what is done with them. */
export class QuestionList {
  readonly remote: Remote<Questions>;
  readonly doing = new Doing();
  /** Questions that may ask the same, by the one that they are like; undefined where nobody has looked. */
  similar = $state.raw<Record<number, SimilarQuestion[]>>({});
  #order = $state.raw<number[]>([]);

  constructor(readonly topic: string) {
    this.remote = new Remote(async () => {
      const answer = await api.questions(topic);
      this.#order = steadyOrder(this.#order, ranked(answer).map((q) => q.question));
      return answer;
    });
  }

  readonly all: Question[] = $derived.by(() => this.remote.value?.questions ?? []);
  readonly byNumber = $derived.by(() => new Map(this.all.map((q) => [q.question, q])));
  #shown = $derived.by(() => this.#order.map((n) => this.byNumber.get(n)!).filter((q) => q && !q.into));
  readonly open: Question[] = $derived.by(() => this.#shown.filter((q) => !q.answer));
  readonly answered: Question[] = $derived.by(() => this.#shown.filter((q) => q.answer).sort((a, b) => b.answered - a.answered));
  readonly taken: Question | undefined = $derived.by(() => this.byNumber.get(this.remote.value?.taken ?? 0));
  /** Whether the tables now rank them otherwise than they stand here. */
  readonly old: boolean = $derived.by(
    () => this.remote.value !== undefined && !sameOrder(this.open.map((q) => q.question), ranked(this.remote.value).filter((q) => !q.answer).map((q) => q.question)),
  );

  sort = (): void => {
    if (this.remote.value) this.#order = ranked(this.remote.value).map((q) => q.question);
  };

  /** Looks for questions like this one that stand by themselves. */
  look = async (q: Question): Promise<void> => {
    const answer = await api.similarQuestions(this.topic, q.text);
    this.similar = { ...this.similar, [q.question]: answer.similar ?? [] };
  };

  /** Those that may still be folded into `q`: neither folded nor answered by now. */
  alike(q: Question): SimilarQuestion[] | undefined {
    return this.similar[q.question]?.filter((s) => {
      const other = this.byNumber.get(s.question);
      return other && other.question !== q.question && !other.into && !other.answer && !other.removed;
    });
  }

  async fold(into: number, from: number[]): Promise<boolean> {
    const done = await this.#do(() => api.foldQuestions(this.topic, into, from));
    if (done) toasts.show(i18n.t.questions.fold_done, { action: { label: i18n.t.app.undo, run: () => void this.unfold(from) } });
    return done;
  }

  async unfold(from: number[]): Promise<void> {
    if (await this.#do(() => api.foldQuestions(this.topic, 0, from))) toasts.show(i18n.t.questions.unfolded);
  }

  async take(question: number): Promise<void> {
    if (await this.#do(() => api.takeQuestion(this.topic, question))) toasts.show(question ? i18n.t.questions.taken : i18n.t.questions.untaken);
  }

  async support(q: Question): Promise<void> {
    await this.#do(() => api.support(this.topic, q.question, !q.mine));
  }

  async #do(send: () => Promise<unknown>): Promise<boolean> {
    return this.doing.run(async () => {
      await send();
      await this.remote.load();
    });
  }
}

/** As the server ranks them; questions that were folded into another stand with that. */
const ranked = (of: Questions): Question[] => (of.questions ?? []).filter((q) => !q.into);
