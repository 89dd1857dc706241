import { api } from '$lib/api/calls';
import { Doing } from '$lib/loading.svelte';
import { ranges } from '$lib/wall';

/** A room as far as its steps and clock go. */
export interface Target {
  room: number;
  step: number;
  /** Whether its step has a clock. */
  timed: boolean;
  paused: boolean;
}

/** What a facilitator does at one table, several, or the main hall: a request for each run of neighbours. */
export class Steering {
  readonly doing = new Doing();

  constructor(
    private readonly topic: string,
    private readonly done: (rooms: number) => Promise<void> | void,
  ) {}

  open(steps: Map<number, number[]>): Promise<boolean> {
    return this.#each([...steps].flatMap(([step, rooms]) => ranges(rooms).map(([from, to]) => () => api.steer(this.topic, from, to, 'step', { step }))), size(steps));
  }

  extend(rooms: number[], seconds: number): Promise<boolean> {
    return this.#each(ranges(rooms).map(([from, to]) => () => api.steer(this.topic, from, to, 'extend', { seconds })), rooms.length);
  }

  pause(rooms: number[], paused: boolean): Promise<boolean> {
    return this.#each(ranges(rooms).map(([from, to]) => () => api.steer(this.topic, from, to, paused ? 'pause' : 'resume')), rooms.length);
  }

  async #each(requests: (() => Promise<unknown>)[], rooms: number): Promise<boolean> {
    return this.doing.run(async () => {
      for (const send of requests) await send();
      await this.done(rooms);
    });
  }
}

const size = (steps: Map<number, number[]>): number => [...steps.values()].reduce((sum, rooms) => sum + rooms.length, 0);

export const target = (r: { room: number; step: number; ends: number; paused: boolean }): Target => ({
  room: r.room,
  step: r.step,
  timed: r.ends > 0,
  paused: r.paused,
});
