import { Connection } from './connection';

/** Listens to a topic without entering a room: tells when its step, board or items changed. Returns the way to stop. */
export function watch(topic: string, changed: () => void): () => void {
  let resumed = false;
  const line = new Connection(topic, {
    rooms: () => [],
    message(m) {
      // After a break something may have changed unseen.
      if (m.t === 'joined') {
        if (resumed) changed();
        resumed = true;
      } else if (m.t === 'stage' || m.t === 'board') changed();
    },
    state: () => undefined,
    ended: () => undefined,
  });
  const online = () => line.now();
  window.addEventListener('online', online);
  line.start();
  return () => {
    window.removeEventListener('online', online);
    line.stop();
  };
}
