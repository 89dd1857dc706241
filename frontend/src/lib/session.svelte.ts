import { api } from './api/calls';
import { Problem } from './api/problem';
import { actAs, onEstranged } from './api/request';
import type { Role, Session } from './api/schema';
import { Drawer, openDrawer } from './drafts';

const nobody: Session = { signed_in: false, name: '', roles: [], demo: false };
const lastHere = 'veche.person'; // who used this tab last, as the server marks them; it ends with the tab
const often = 3000; // milliseconds between two looks because somebody looks at the page again

/**
 * Who uses this browser, as the server knows them. All tabs share one session, so in this one it may change by what
 * happens in another: the tabs tell each other, and look when somebody looks at them.
 */
class Person {
  now = $state.raw<Session>(nobody);
  loaded = $state(false);
  problem = $state.raw<Problem | undefined>();
  /** What happened to this tab that nobody did here: its person was signed out, or somebody else is signed in instead. */
  left = $state<'' | 'signed-out' | 'other'>('');
  /** Whether the person who left this tab had written something here that was not sent. */
  kept = $state(false);
  /** Raised when somebody else is there than this page was shown to: what it holds of theirs has to go. */
  turn = $state(0);

  #asks = 0;
  #asking: Promise<void> | undefined;
  #again: Promise<void> | undefined;
  #checked = 0;
  #last = remembered();
  #tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('veche.session');

  constructor() {
    openDrawer(this.#last);
    onEstranged(() => void this.load());
  }

  has(role: Role): boolean {
    return this.now.roles?.includes(role) ?? false;
  }

  /** Reads who it is, and from then on whenever that may have changed; gives the way to stop. */
  start(): () => void {
    const look = () => {
      if (document.visibilityState === 'visible' && Date.now() - this.#checked > often) void this.load();
    };
    const told = () => void this.load();
    this.#tabs?.addEventListener('message', told);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    window.addEventListener('pageshow', look);
    void this.load();
    return () => {
      this.#tabs?.removeEventListener('message', told);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
      window.removeEventListener('pageshow', look);
    };
  }

  /** Reads who it is. Asked for while it is being read, it is read once more: the first answer may be too old. */
  load(): Promise<void> {
    if (this.#asking) return (this.#again ??= this.#asking.then(() => this.load()));
    this.#again = undefined;
    return (this.#asking = this.#read().finally(() => (this.#asking = undefined)));
  }

  /** Whether the person of that mark is still signed in; undefined while nobody can say. */
  async still(mark: string | undefined): Promise<boolean | undefined> {
    await this.load();
    return this.problem ? undefined : this.now.signed_in && this.now.as === mark;
  }

  async signIn(code: string): Promise<void> {
    await this.enter(api.signIn(code));
  }

  /** Is whoever an answer of a sign-in says. */
  async enter(answer: Promise<Session>): Promise<void> {
    this.#take(await answer, true);
    this.#tabs?.postMessage('changed');
  }

  async signOut(): Promise<void> {
    const drafts = new Drawer(this.now.as ?? '');
    const answer = await api.signOut();
    drafts.empty();
    this.#take(answer, true);
    this.#tabs?.postMessage('changed');
  }

  async #read(): Promise<void> {
    const ask = ++this.#asks;
    try {
      const session = await api.session();
      if (ask === this.#asks) this.#take(session);
    } catch (error) {
      if (ask === this.#asks) this.problem = Problem.from(error);
    } finally {
      this.loaded = true;
    }
  }

  #take(session: Session, here = false): void {
    this.#asks++; // what was asked before is older
    this.#checked = Date.now();
    const as = session.as ?? '';
    const before = this.#last;
    actAs(as);
    openDrawer(as);
    if (here || !before) this.left = '';
    else if (as === before) {
      if (this.left === 'signed-out') this.left = ''; // back again; that somebody else is here stays said, however often one looks
    } else {
      this.left = as ? 'other' : 'signed-out';
      this.kept = new Drawer(before).filled;
    }
    const shownTo = this.loaded ? (this.now.as ?? '') : before;
    if (!here && shownTo && as !== shownTo) this.turn++;
    if (as || here) this.#remember(as);
    this.problem = undefined;
    if (JSON.stringify(session) !== JSON.stringify(this.now)) this.now = session;
  }

  #remember(as: string): void {
    this.#last = as;
    try {
      if (as) sessionStorage.setItem(lastHere, as);
      else sessionStorage.removeItem(lastHere);
    } catch {
      // no storage: it is known as long as the page
    }
  }
}

function remembered(): string {
  try {
    return sessionStorage.getItem(lastHere) ?? '';
  } catch {
    return '';
  }
}

export const person = new Person();
