import { Connection } from './connection';

/**
 * Listens to a topic outside its rooms: tells when its step, board or items changed. It stands in the main hall,
 * which is open to all, and keeps nothing of the talk but how far it has come. Returns the way to stop.
 */
export function watch(topic: string, changed: () => void): () => void {
  const hall = { room: 0, epoch: 0, last: 0 };
  let before = false;
  const line = new Connection(topic, {
    rooms: () => [{ ...hall }],
    message(m) {
      if (m.t === 'joined') {
        if (before) changed(); // something may have changed while the line was down
        before = true;
      } else if ((m.t === 'reset' || m.t === 'events') && m.room === hall.room) {
        hall.epoch = m.epoch;
        hall.last = m.last;
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
