import { person } from '../session.svelte';
import { Connection } from './connection';
import { Spread } from './spread';

/**
 * Listens to a topic outside its rooms: tells when its step, board or items changed. It joins the topic but no
 * room, so it hears nothing of the talk and is not counted as present. Returns the way to stop.
 */
export function watch(topic: string, changed: () => void): () => void {
  let before = false;
  let over = false;
  const { as } = person.now;
  const telling = new Spread(changed);
  const line = new Connection(
    topic,
    {
      rooms: () => [],
      message(m) {
        if (m.t === 'joined') {
          if (before) telling.soon(); // something may have changed while the line was down
          before = true;
        } else if (m.t === 'stage' || m.t === 'board') telling.soon(m.within);
      },
      state: () => undefined,
      // The same person may have signed out on another device; here they have not.
      ended: (why) => {
        if (why === 'signed-out') void person.still(as).then((still) => setTimeout(() => still && !over && line.start(), 1000));
      },
    },
    true,
  );
  line.start();
  return () => {
    over = true;
    telling.stop();
    line.stop();
  };
}
