import type { Operation } from '$lib/api/schema';
import { i18n } from '$lib/i18n/i18n.svelte';
import type { BoardEdit } from './edit.svelte';

/** What a step is about, in a few words: its mark, its name or its groups, and how many ideas. */
export function about(edit: BoardEdit, o: Operation): string {
  const t = i18n.t;
  const ids = [...(o.clusters ?? []), ...(o.clusters?.includes(o.cluster) || !o.cluster ? [] : [o.cluster])];
  const names = ids.map((id) => t.checks.quoted(edit.title(id))).join(', ');
  return [o.mark ? t.curation.marks[o.mark] : '', o.kind === 'rename' && names, o.title ? t.checks.quoted(o.title) : o.kind === 'rename' ? '' : names, o.count ? t.counts.ideas(o.count) : '']
    .filter(Boolean)
    .join(' · ');
}
