/**
 * What was typed and not yet sent, kept for this tab's session only: it may be personal, so it never goes to
 * storage that outlives the tab. It is kept under the person who typed it, as the server marks them to this browser,
 * and shown to nobody else who signs in here. Whoever signs out in this tab leaves nothing in it: the computer may be a
 * library's. A session that ends otherwise leaves what was typed, for the same person to go on with. Every access is
 * guarded, because a browser may forbid storage altogether.
 */
export class Drawer {
  constructor(readonly owner: string) {}

  save(name: string, value: unknown): void {
    if (left.has(this.owner)) return;
    try {
      sessionStorage.setItem(this.#key(name), JSON.stringify(value));
    } catch {
      // no storage: the draft lives as long as the page
    }
  }

  load<T>(name: string): T | undefined {
    try {
      const text = sessionStorage.getItem(this.#key(name));
      return text === null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  }

  drop(name: string): void {
    try {
      sessionStorage.removeItem(this.#key(name));
    } catch {
      // no storage, no draft
    }
  }

  /** Whether anything is kept here. */
  get filled(): boolean {
    try {
      return Object.keys(sessionStorage).some((key) => key.startsWith(this.#key('')));
    } catch {
      return false;
    }
  }

  /** Throws everything away, and takes nothing more until its owner signs in again: a page that closes may still want to save. */
  empty(): void {
    left.add(this.owner);
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(this.#key(''))) sessionStorage.removeItem(key);
    } catch {
      // no storage, no drafts
    }
  }

  #key(name: string): string {
    return `veche.draft.${this.owner}.${name}`;
  }
}

const left = new Set<string>(); // who signed out in this tab
let mine = new Drawer('');

/** Says whose drafts are read and written from now on; '' is whoever is not signed in. */
export function openDrawer(owner: string): void {
  left.delete(owner);
  if (owner !== mine.owner) mine = new Drawer(owner);
}

/** The drafts of who is signed in. What is written for one person keeps theirs, whoever signs in later. */
export const drawer = (): Drawer => mine;

export const saveDraft = (name: string, value: unknown): void => mine.save(name, value);
export const loadDraft = <T>(name: string): T | undefined => mine.load<T>(name);
export const dropDraft = (name: string): void => mine.drop(name);
