/**
 * Runs something once, at a random time within that many milliseconds: when the server tells ten thousand people
 * that something changed, they do not all ask in the same instant. While one run is due, another is not added.
 */
export class Spread {
  #due: number | undefined;

  constructor(
    private readonly run: () => void,
    private readonly random: () => number = Math.random,
  ) {}

  soon(within = 0): void {
    if (!within) {
      this.stop();
      this.run();
      return;
    }
    this.#due ??= window.setTimeout(() => {
      this.#due = undefined;
      this.run();
    }, Math.round(within * this.random()));
  }

  stop(): void {
    window.clearTimeout(this.#due);
    this.#due = undefined;
  }
}
