import { describe, expect, it } from 'vitest';
import type { Reply } from './api/schema';
import { reasonsFor, topicLangs, withReasons } from './reasons';

const reply = (of: Reply['for'], lang: string, text: string, saved = false): Reply => ({ for: of, lang, text, saved });
const list = [reply('merge', 'en', 'same'), reply('merge', 'ru', 'одно'), reply('merge', 'de', 'gleich', true), reply('split', 'en', 'other', true), reply('split', 'ru', 'разное')];

describe('reasons', () => {
  it('are in the reader’s language where the topic has it, else in the topic’s, else in English', () => {
    expect(reasonsFor(list, 'merge', ['ru', 'en'], 'en')).toEqual(['same']);
    expect(reasonsFor(list, 'merge', ['ru'], 'en')).toEqual(['одно']);
    expect(reasonsFor(list, 'merge', ['de'], 'en')).toEqual(['gleich']);
    expect(reasonsFor(list, 'split', ['de'], 'ru')).toEqual(['other']);
    expect(reasonsFor(list, 'split', [], 'ru')).toEqual(['разное']);
    expect(reasonsFor(list, 'lock', ['en'], 'en')).toEqual([]);
  });
  it('are saved by list; suggested ones are not', () => {
    expect(withReasons(list, 'split', 'en', ['a', 'b'])).toEqual([list[2], reply('split', 'en', 'a', true), reply('split', 'en', 'b', true)]);
    expect(withReasons(list, 'split', 'en', [])).toEqual([list[2]]);
  });
  it('are in the languages of the topic, its own first', () => {
    const form = { languages: ['en', 'ru', 'Tatar, spoken'] };
    expect(topicLangs({ lang: 'ru', form } as Parameters<typeof topicLangs>[0])).toEqual(['ru', 'en']);
    expect(topicLangs(undefined)).toEqual([]);
  });
});
