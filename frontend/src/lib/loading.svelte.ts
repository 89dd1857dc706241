import { Problem } from './api/problem';

/** A value that comes from the server: loading, there, or a problem. The last value stays while it is read again. */
export class Remote<T> {
  value = $state.raw<T | undefined>();
  problem = $state.raw<Problem | undefined>();
  busy = $state(false);
  #turn = 0;

  constructor(private readonly read: () => Promise<T>) {}

  /** Reads (again); of two overlapping reads the later one counts. */
  load = async (): Promise<void> => {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const value = await this.read();
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = undefined;
    } catch (error) {
      if (turn === this.#turn) this.problem = Problem.from(error);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  };
}

/** Something being done: one at a time, its problem kept until the next try. */
export class Doing {
  busy = $state(false);
  problem = $state.raw<Problem | undefined>();

  /** Runs it unless one is running; reports whether it succeeded. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = Problem.from(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
