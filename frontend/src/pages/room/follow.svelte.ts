import { tick } from 'svelte';

/**
 * Keeps the end of a growing list in sight while it is in sight, and where one reads otherwise. The list scrolls by
 * itself where it has a height of its own; on a phone the whole page does.
 */
export class Follow {
  atEnd = $state(true);
  #list: HTMLElement | undefined;
  #watch: IntersectionObserver | undefined;

  /** Watches the list's last element; gives the way to stop. */
  attach(list: HTMLElement, end: HTMLElement): () => void {
    this.#list = list;
    this.#watch = new IntersectionObserver(([entry]) => (this.atEnd = entry?.isIntersecting ?? true), { rootMargin: '0px 0px 80px 0px' });
    this.#watch.observe(end);
    return () => {
      this.#watch?.disconnect();
      this.#list = undefined;
    };
  }

  get #own(): boolean {
    return this.#list !== undefined && getComputedStyle(this.#list).overflowY === 'auto';
  }

  toEnd(): void {
    const list = this.#list;
    if (!list) return;
    if (this.#own) list.scrollTop = list.scrollHeight;
    else {
      const dock = list.parentElement?.querySelector<HTMLElement>('.dock');
      const bottom = list.getBoundingClientRect().bottom + window.scrollY + (dock?.offsetHeight ?? 0);
      window.scrollTo({ top: Math.max(0, bottom - window.innerHeight) });
    }
    this.atEnd = true;
  }

  /** Runs what puts something before the first element, and leaves in its place what is being read. */
  async hold(work: () => Promise<unknown>): Promise<void> {
    const height = () => this.#list?.scrollHeight ?? 0;
    const before = height();
    await work();
    await tick();
    const grown = height() - before;
    if (this.#own) this.#list!.scrollTop += grown;
    else window.scrollBy({ top: grown });
  }
}
