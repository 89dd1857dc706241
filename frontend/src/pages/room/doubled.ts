const together = { ms: 400, px: 8 };
let last = { time: -Infinity, x: 0, y: 0 };

/**
 * Whether a click is the second of a double click, which would take back at once what the first did; also where the
 * first has put another button under the pointer. Never for the keyboard's clicks.
 */
export function doubled(click: Pick<MouseEvent, 'detail' | 'timeStamp' | 'clientX' | 'clientY'>): boolean {
  if (click.detail === 0) return false;
  const { clientX: x, clientY: y, timeStamp: time } = click;
  const again = click.detail > 1 || (time - last.time < together.ms && Math.hypot(x - last.x, y - last.y) < together.px);
  last = { time, x, y };
  return again;
}

/** Does it on each click except the second of a double click. */
export function once(act: () => void): (click: MouseEvent) => void {
  return (click) => {
    if (!doubled(click)) act();
  };
}
