// A way through the application, step by step.
import { test } from 'node:test';

/** Steps of one way: without one the next make no sense, so the first failure ends the walk. `calm` fails on what no page may do meanwhile. */
export function walkOf(calm) {
  let broken = '';
  return (name, walk) =>
    test(name, async (t) => {
      if (broken) return t.skip(`“${broken}” failed`);
      try {
        await walk();
        calm();
      } catch (error) {
        broken = name;
        throw error;
      }
    });
}
