import type { Role } from './api/schema';
import { i18n } from './i18n/i18n.svelte';

/** Somebody of the staff as the server names them, "moderator 2", in the reader's language. */
export function staffName(by: string): string {
  const [role = '', number = ''] = by.split(' ');
  return `${i18n.t.roles[role as Role] ?? role} ${number}`.trim();
}
