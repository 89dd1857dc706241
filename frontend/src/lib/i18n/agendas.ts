import type { agendas as english } from './agenda.en';
import { i18n } from './i18n.svelte';

/** Agendas to start from, in a topic's language where we speak it, in the reader's otherwise. */
export async function readyAgendas(lang: string): Promise<typeof english> {
  const spoken = lang === 'en' || lang === 'ru' ? lang : i18n.lang;
  return spoken === 'ru' ? (await import('./agenda.ru')).agendas : (await import('./agenda.en')).agendas;
}
