import { drawer } from '$lib/drafts';

interface Kept {
  text: string;
  reply: number;
}

/** What somebody writes and has not sent, and which remark it answers (0: none). Every stroke is kept at once. */
export class Draft {
  #text = $state('');
  #reply = $state(0);

  constructor(
    private readonly name: string,
    private readonly kept = drawer(),
  ) {
    const was = kept.load<Kept>(name);
    this.#text = was?.text ?? '';
    this.#reply = was?.reply ?? 0;
  }

  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    this.#keep();
  }

  get reply(): number {
    return this.#reply;
  }
  set reply(remark: number) {
    this.#reply = remark;
    this.#keep();
  }

  /** Puts something at its end, on a line of its own. */
  add(text: string): void {
    this.text = this.#text.trim() ? `${this.#text.trimEnd()}\n${text}` : text;
  }

  clear(): void {
    this.#text = '';
    this.#reply = 0;
    this.#keep();
  }

  #keep(): void {
    if (this.#text || this.#reply) this.kept.save(this.name, { text: this.#text, reply: this.#reply } satisfies Kept);
    else this.kept.drop(this.name);
  }
}
