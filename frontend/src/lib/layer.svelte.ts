import { router } from './router.svelte';

/**
 * What lies over the page, with an entry of its own in the browser's history: Back closes it and leaves the page,
 * Forward and a reload open it again. Attach it for as long as its page is shown.
 */
export class Layer {
  /** What is open; 0 for nothing. */
  id = $state(0);

  constructor(private readonly name: string) {}

  /** Follows the history from now on; gives the way to stop. */
  attach(): () => void {
    const read = () => (this.id = this.#kept);
    read();
    window.addEventListener('popstate', read);
    const stop = $effect.root(() => {
      $effect(() => {
        void router.visit; // a link from inside leads elsewhere
        read();
      });
    });
    return () => {
      window.removeEventListener('popstate', read);
      stop();
    };
  }

  open(id: number): void {
    if (this.id) history.replaceState({ [this.name]: id }, '', location.href);
    else history.pushState({ [this.name]: id }, '', location.href);
    this.id = id;
  }

  close(): void {
    if (!this.id) return;
    this.id = 0;
    if (this.#kept) history.back(); // no entry stays that leads nowhere
  }

  get #kept(): number {
    const id: unknown = history.state?.[this.name];
    return typeof id === 'number' ? id : 0;
  }
}
