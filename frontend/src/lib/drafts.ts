/**
 * What was typed and not yet sent, kept for this tab's session only: it may be personal, so it never goes to
 * storage that outlives the tab. Every access is guarded, because a browser may forbid storage altogether.
 */
export function saveDraft(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(key(name), JSON.stringify(value));
  } catch {
    // no storage: the draft lives as long as the page
  }
}

export function loadDraft<T>(name: string): T | undefined {
  try {
    const text = sessionStorage.getItem(key(name));
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function dropDraft(name: string): void {
  try {
    sessionStorage.removeItem(key(name));
  } catch {
    // no storage, no draft
  }
}

const key = (name: string) => `veche.draft.${name}`;
