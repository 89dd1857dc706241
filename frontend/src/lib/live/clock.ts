/** How many answers of the server the clock is judged by. */
const samples = 8;

/**
 * The server's clock as seen from here. A message's time is late by what it took to come, so of the last few the
 * one that came fastest is believed.
 */
export class ServerClock {
  #seen: number[] = [];

  /** Milliseconds to add to this device's clock. */
  get offset(): number {
    return this.#seen.length ? Math.max(...this.#seen) : 0;
  }

  /** Takes the time that a message names, which came at `received` of this device's clock. */
  heard(server: number, received: number): void {
    this.#seen = [...this.#seen, server - received].slice(-samples);
  }
}
