import type { Reply, ReplyFor, Settings } from './api/schema';

/** Which languages a topic's people read, its own first. */
export function topicLangs(settings: Pick<Settings, 'lang' | 'form'> | undefined): string[] {
  if (!settings) return [];
  return [...new Set([settings.lang, ...settings.form.languages.filter((l) => /^[a-z]{2,3}$/.test(l))])];
}

/** The reasons to choose from, in the reader's language where the topic has it: those who are told read it too. */
export function reasonsFor(replies: readonly Reply[], of: ReplyFor, langs: readonly string[], reader: string): string[] {
  const order = [...(langs.includes(reader) || langs.length === 0 ? [reader] : []), ...langs, 'en'];
  const lang = order.find((l) => replies.some((r) => r.for === of && r.lang === l));
  return replies.filter((r) => r.for === of && r.lang === lang).map((r) => r.text);
}

/** All saved replies once one list is another; the suggested ones hold again where it is empty. */
export function withReasons(replies: readonly Reply[], of: ReplyFor, lang: string, texts: readonly string[]): Reply[] {
  return [...replies.filter((r) => r.saved && !(r.for === of && r.lang === lang)), ...texts.map((text) => ({ for: of, lang, text, saved: true }))];
}
