import type { Cluster, Idea, IdeaMark } from '$lib/api/schema';
import { i18n } from '$lib/i18n/i18n.svelte';
import type { MenuItem } from '$ui/Menu.svelte';
import type { BoardEdit } from './edit.svelte';

/** What can be done with an idea, or where it is selected with all that are. */
export function ideaMenu(edit: BoardEdit, idea: Idea): MenuItem[] {
  const t = i18n.t;
  const ideas = edit.meant(idea.id);
  const shown = idea.status === 'shown';
  const home = ideas.length > 1 ? edit.home : idea.cluster;
  const items: MenuItem[] = [
    { label: t.curation.read_whole, run: () => (edit.reading = idea.id) },
    { label: t.curation.move_to, run: () => edit.begin({ kind: 'move', ideas, cluster: 0 }) },
    { label: t.board.split, disabled: !home || home < 0, run: () => edit.begin({ kind: 'split', cluster: home!, ideas, title: '' }) },
  ];
  const mark = (kind: IdeaMark, label: string) => items.push({ label, run: () => edit.begin({ kind: 'mark', ideas, mark: kind }) });
  if (idea.mark !== 'off-topic') mark('off-topic', t.curation.mark_off_topic);
  if (idea.mark !== 'two-ideas') mark('two-ideas', t.curation.mark_two);
  if (idea.mark) mark('', t.curation.unmark);
  if (idea.repeats) items.push({ label: t.curation.show_repeats, run: () => (edit.scope = { only: 'repeats', of: idea.id }) });
  if (idea.status !== 'removed') {
    items.push({ label: shown ? t.board.hide_idea : t.board.show_idea, danger: shown, run: () => edit.begin({ kind: shown ? 'hide-idea' : 'show-idea', ideas }) });
  }
  return items;
}

/** What can be done with a group. */
export function groupMenu(edit: BoardEdit, cluster: Cluster): MenuItem[] {
  const t = i18n.t;
  const id = cluster.id;
  const locked = cluster.locked;
  return [
    { label: t.curation.open, run: () => (edit.scope = { cluster: id, folded: 1 }) },
    { label: t.board.rename, disabled: locked, run: () => edit.begin({ kind: 'rename', cluster: id, title: edit.title(id) }) },
    { label: t.curation.summarise, disabled: locked, run: () => edit.begin({ kind: 'summarise', cluster: id, summary: cluster.summary }) },
    { label: t.curation.propose_split, disabled: locked || cluster.size < 2, run: () => (edit.parting = id) },
    { label: t.curation.merge_with, disabled: locked, run: () => edit.begin({ kind: 'merge', clusters: [id], into: 0 }) },
    { label: locked ? t.curation.unlock : t.curation.lock, run: () => edit.begin({ kind: locked ? 'unlock' : 'lock', cluster: id }) },
    cluster.left_out
      ? { label: t.curation.put_back, run: () => edit.begin({ kind: 'put-back', cluster: id }) }
      : { label: t.curation.leave_out, run: () => edit.begin({ kind: 'leave-out', cluster: id }) },
    { label: cluster.hidden ? t.board.show : t.board.hide, disabled: locked, danger: !cluster.hidden, run: () => edit.begin({ kind: cluster.hidden ? 'show' : 'hide', cluster: id }) },
  ];
}
