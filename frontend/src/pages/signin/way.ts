import { api } from '$lib/api/calls';
import { navigate } from '$lib/router.svelte';
import { person } from '$lib/session.svelte';

const kept = 'veche.next'; // where to go on after the city's page; it ends with the tab

/** Only a path of our own; an address that could lead elsewhere is not followed. */
export function own(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/';
}

/** Keeps where to go on while this tab is on another site's page. */
export function keepWay(to: string): void {
  try {
    sessionStorage.setItem(kept, to);
  } catch {
    // no storage: it goes on at the first page
  }
}

export function keptWay(): string {
  try {
    const to = own(sessionStorage.getItem(kept));
    sessionStorage.removeItem(kept);
    return to;
  } catch {
    return '/';
  }
}

/** Goes on after a sign-in, or to what is missing of it. */
export function goOn(to: string): void {
  navigate(person.now.step ? `/sign-in?next=${encodeURIComponent(to)}` : to, { replace: true });
}

/** Whether it is the code of a letter on paper, such as 3TXH-8XAH-BT84; other codes have 26 signs. */
export function ofLetter(code: string): boolean {
  return code.replace(/[\s.–—-]/g, '').length <= 16;
}

/** Signs in by a code, and gives where to go on: by that of a letter, to the topic that it was sent for. */
export async function redeem(code: string, next: string): Promise<string> {
  if (!ofLetter(code)) {
    await person.signIn(code);
    return next || '/';
  }
  const { topic, session } = await api.signInByLetter(code);
  await person.enter(Promise.resolve(session));
  return next || `/topics/${topic}`;
}
