import { beforeAll, expect, it } from 'vitest';
import type { Need, Step, WallRoom } from '$lib/api/schema';
import { en } from '$lib/i18n/en';
import { i18n } from '$lib/i18n/i18n.svelte';
import { reasons, stepText } from './words';

const now = 1_000_000_000;
const minute = 60_000;
const row = (why: Need[], of: Partial<WallRoom>): WallRoom =>
  ({ room: 1, here: 9, seated: 12, step: 1, ends: 0, paused: false, speaker: 0, turn_ends: 0, queue: 0, last: 0, silent: 0, top_share: 0, flags: 0, why, ...of }) as WallRoom;

beforeAll(() => void (i18n.t = en));

it.each<[string, Need[], Partial<WallRoom>, string[]]>([
  ['reports', ['report'], { flags: 2 }, ['2 reports to handle']],
  ['silence', ['silence'], { last: now - 4.5 * minute }, ['nobody has written for 4 min']],
  ['silence from the beginning', ['silence'], {}, ['nobody has written yet']],
  ['a step over its time', ['stalled'], { ends: now - 1 }, ['the time of its step is over']],
  ['a turn over its time', ['stalled'], { ends: now + minute, speaker: 7, queue: 2 }, ['the turn of participant 7 is over, others wait']],
  ['a floor that nobody takes', ['stalled'], { queue: 2 }, ['people wait and nobody has the floor']],
  ['a long pause, whatever the clock says', ['stalled'], { paused: true, ends: now - 1 }, ['has been paused for long']],
  ['one who writes most', ['imbalance'], { top_share: 0.618, silent: 1 }, ['one person wrote 62% of it']],
  ['many who are silent', ['imbalance'], { top_share: 0.3, silent: 4 }, ['4 have not spoken yet']],
  ['both', ['imbalance'], { top_share: 0.7, silent: 3 }, ['one person wrote 70% of it, 3 have not spoken yet']],
  ['few people, and hands', ['small', 'hands'], { here: 3, queue: 3 }, ['only 3 are here', '3 wait for the floor']],
  ['nothing', [], {}, []],
])('tells %s', (_, why, of, words) => expect(reasons(row(why, of), now)).toEqual(words));

const agenda = [{}, {}] as Step[];
it.each<[string, Partial<WallRoom>, Step[], [string, string]]>([
  ['no agenda', {}, [], ['open talk', '']],
  ['not begun', { step: 0 }, agenda, ['not begun', '']],
  ['a step with a clock', { ends: now + 65_000 }, agenda, ['step 1 of 2', '1:05 left']],
  ['a step without one', {}, agenda, ['step 1 of 2', '']],
  ['its time over', { ends: now }, agenda, ['step 1 of 2', 'time is over']],
  ['a pause', { ends: now, paused: true }, agenda, ['step 1 of 2', 'paused']],
  ['the end', { step: 3 }, agenda, ['agenda over', '']],
])('tells where an agenda is: %s', (_, of, steps, words) => expect(stepText(row([], of), steps, now)).toEqual(words));
