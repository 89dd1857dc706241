import { i18n } from './i18n/i18n.svelte';

/** Sets the window's title for as long as the calling component is shown; the parts go from small to large. */
export function titled(...parts: (() => string)[]): void {
  $effect(() => {
    document.title = [...parts.map((part) => part()), i18n.t.app.title].filter(Boolean).join(' · ');
  });
}
