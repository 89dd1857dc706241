import { i18n } from '$lib/i18n/i18n.svelte';

/** "together with participants 3 and 7", '' for nobody. */
export function together(numbers: number[] | undefined): string {
  if (!numbers?.length) return '';
  const list = new Intl.ListFormat(i18n.lang, { type: 'conjunction' }).format(numbers.map(String));
  return i18n.t.coauthors.together(list, numbers.length > 1);
}
