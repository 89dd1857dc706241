import type { Remark, Role } from './api/schema';
import { i18n } from './i18n/i18n.svelte';

/** How an author is called: a participant by number, whoever works for the topic by role. */
export function authorName(author: Remark['author']): string {
  const role = i18n.t.roles[author.role as Role] as string | undefined;
  return author.role === 'participant' || !role ? i18n.t.room.number(author.number) : `${role} ${author.number}`;
}
