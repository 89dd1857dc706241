import { expect, test } from 'vitest';
import type { Signal } from './api/schema';
import { aboutVotes, oneIn, shownSignals } from './signals';

const signal = (key: string, kind: Signal['kind'], outcome?: 'nothing' | 'handed-on'): Signal => ({
  key,
  kind,
  chance: -3,
  look: outcome ? { look: 1, outcome, reason: 'x', by: 'analyst 1', time: 1 } : null,
});

test('filters show by kind and by what came of it', () => {
  const list = [signal('a', 'votes'), signal('b', 'texts', 'nothing'), signal('c', 'texts', 'handed-on')];
  const keys = (filter: Parameters<typeof shownSignals>[1]) => shownSignals(list, filter).map((s) => s.key).join('');
  expect([keys('all'), keys('waiting'), keys('nothing'), keys('handed-on'), keys('texts'), keys('votes'), keys('burst')]).toEqual(['abc', 'a', 'b', 'c', 'bc', 'a', '']);
});

test('votes are told apart from what people say', () => {
  const surge = (flow: 'votes' | 'remarks'): Signal => ({ ...signal('d', 'burst'), arrival: { flow, person: 0, room: -1, from: 0, count: 9, expected: 1 } });
  expect([aboutVotes(signal('a', 'votes')), aboutVotes(surge('votes')), aboutVotes(surge('remarks')), aboutVotes(signal('b', 'texts'))]).toEqual([true, true, false, false]);
});

test('a chance is told as one in how many', () => {
  expect([oneIn(0), oneIn(-0.2), oneIn(-1), oneIn(-2.3), oneIn(-6)]).toEqual([0, 0, 10, 200, 1_000_000]);
});
