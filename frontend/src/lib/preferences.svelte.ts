export type Theme = 'auto' | 'light' | 'dark';

/** Choices of the reader about the page itself; nothing personal, so they may stay in the browser. */
class Preferences {
  theme = $state<Theme>(read('veche.theme', ['auto', 'light', 'dark'], 'auto'));

  setTheme(theme: Theme): void {
    this.theme = theme;
    write('veche.theme', theme);
    applyTheme(theme);
  }
}

export const preferences = new Preferences();

export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function read<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  try {
    const value = localStorage.getItem(name);
    return allowed.find((a) => a === value) ?? fallback;
  } catch {
    return fallback;
  }
}

export function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // the choice holds until the page is closed
  }
}
