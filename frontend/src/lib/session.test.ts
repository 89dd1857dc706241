import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** One browser: its tabs share a cookie and hear each other, each has a storage of its own. */
class Browser {
  cookie = '';
  reachable = true;
  asked = 0;
  #tabs = new Set<{ told: () => void }>();

  fetch = (path: string, init: RequestInit): Promise<Response> => {
    if (!this.reachable) return Promise.reject(new TypeError('failed'));
    if (path !== '/api/session') throw new Error(path);
    if (init.method === 'POST') this.cookie = (JSON.parse(init.body as string) as { code: string }).code;
    if (init.method === 'DELETE') this.cookie = '';
    if (init.method === 'GET') this.asked++;
    const as = this.cookie;
    return Promise.resolve(new Response(JSON.stringify(as ? { signed_in: true, as, name: as, roles: ['citizen'] } : { signed_in: false, name: '', roles: [] })));
  };

  /** Opens a page in a tab, with what that tab's storage holds. */
  async page(storage = new Map<string, string>()) {
    const tab = { told: () => undefined as void };
    const tabs = this.#tabs;
    const seen: Record<string, () => void> = {};
    const listen = { addEventListener: (name: string, run: () => void) => void (seen[name] = run), removeEventListener: () => undefined };
    vi.stubGlobal('fetch', this.fetch);
    vi.stubGlobal('document', { ...listen, visibilityState: 'visible' });
    vi.stubGlobal('window', listen);
    // Object.keys lists what a storage holds, as a browser's does.
    vi.stubGlobal(
      'sessionStorage',
      new Proxy({} as Record<string, unknown>, {
        get: (_, name) =>
          ({
            getItem: (k: string) => storage.get(k) ?? null,
            setItem: (k: string, v: string) => storage.set(k, v),
            removeItem: (k: string) => storage.delete(k),
          })[name as string],
        ownKeys: () => [...storage.keys()],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      }),
    );
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        addEventListener = (_: string, run: () => void) => void ((tab.told = run), tabs.add(tab));
        postMessage = () => tabs.forEach((t) => t !== tab && t.told());
      },
    );
    vi.resetModules();
    const { person } = await import('./session.svelte');
    const drafts = await import('./drafts');
    person.start();
    await vi.advanceTimersByTimeAsync(0);
    return { person, drafts, storage, look: () => seen.visibilitychange!(), where: () => ({ as: person.now.as ?? '', left: person.left, turn: person.turn }) };
  }
}
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

let browser: Browser;
beforeEach(() => {
  vi.useFakeTimers();
  browser = new Browser();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a session', () => {
  it('of another person in another tab takes the page, and leaves the first one theirs', async () => {
    browser.cookie = 'anna';
    const first = await browser.page();
    first.drafts.saveDraft('room', 'typed by anna');
    const second = await browser.page(first.storage); // there is one global storage here
    await second.person.signIn('boris');
    expect(second.where()).toEqual({ as: 'boris', left: '', turn: 0 }); // who signs in here knows it
    await pass();
    expect(first.where()).toEqual({ as: 'boris', left: 'other', turn: 1 });
    await first.person.load(); // looking once more makes it no less true
    expect(first.where()).toEqual({ as: 'boris', left: 'other', turn: 1 });
    expect(first.person.kept).toBe(true);
    expect(first.drafts.loadDraft('room')).toBeUndefined();
    first.drafts.saveDraft('room', 'typed by boris');
    await second.person.signIn('anna');
    await pass();
    expect(first.where()).toMatchObject({ as: 'anna', turn: 2 });
    expect(first.drafts.loadDraft('room')).toBe('typed by anna');
  });

  it('that ended is told, and the text is there for the same person alone', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    page.drafts.saveDraft('room', 'typed by anna');
    browser.cookie = '';
    await page.person.load();
    expect(page.where()).toEqual({ as: '', left: 'signed-out', turn: 1 });
    expect(page.person.kept).toBe(true);
    expect(page.drafts.loadDraft('room')).toBeUndefined();

    const reloaded = await browser.page(page.storage);
    expect(reloaded.where()).toMatchObject({ as: '', left: 'signed-out' });
    await reloaded.person.signIn('anna');
    expect(reloaded.where()).toMatchObject({ as: 'anna', left: '' });
    expect(reloaded.drafts.loadDraft('room')).toBe('typed by anna');
  });

  it('has nothing kept to tell of where nothing was written', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    browser.cookie = '';
    await page.person.load();
    expect(page.person.left).toBe('signed-out');
    expect(page.person.kept).toBe(false);
  });

  it('ended by the person here is no surprise', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    page.drafts.saveDraft('room', 'typed by anna');
    const hers = page.drafts.drawer();
    await page.person.signOut();
    expect(page.where()).toEqual({ as: '', left: '', turn: 0 });
    hers.save('room', 'saved by a page that closes');
    expect([...page.storage.keys()]).toEqual([]);
    await page.person.signIn('anna');
    page.drafts.saveDraft('room', 'typed again');
    expect(page.drafts.loadDraft('room')).toBe('typed again');
    await page.person.signOut();
    expect((await browser.page(page.storage)).where()).toEqual({ as: '', left: '', turn: 0 });
  });

  it('is looked at again when somebody looks at the page', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    page.look();
    expect(browser.asked).toBe(1); // it has just been
    await pass(4000);
    browser.cookie = 'boris';
    page.look();
    await pass();
    expect(page.where()).toMatchObject({ as: 'boris', left: 'other' });
  });

  it('that is the same leaves the page alone', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    const now = page.person.now;
    await page.person.load();
    expect(page.person.now).toBe(now);
    expect(page.where()).toEqual({ as: 'anna', left: '', turn: 0 });
  });

  it('is not taken for ended while the server cannot be reached', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    browser.reachable = false;
    const still = page.person.still('anna');
    await pass(5000);
    expect(await still).toBeUndefined();
    expect(page.where()).toEqual({ as: 'anna', left: '', turn: 0 });
    browser.reachable = true;
    expect(await page.person.still('anna')).toBe(true);
    expect(await page.person.still('boris')).toBe(false);
  });

  it('begun here is not undone by an answer that was on its way', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    const answer = browser.fetch('/api/session', { method: 'GET' });
    let come = () => undefined as void;
    vi.stubGlobal('fetch', () => new Promise((resolve) => (come = () => resolve(answer))));
    const reading = page.person.load();
    vi.stubGlobal('fetch', browser.fetch);
    await page.person.signIn('boris');
    come();
    await reading;
    expect(page.where()).toEqual({ as: 'boris', left: '', turn: 0 });
  });

  it('asked for while it is being read is read once more', async () => {
    browser.cookie = 'anna';
    const page = await browser.page();
    const first = page.person.load();
    browser.cookie = 'boris';
    await Promise.all([first, page.person.load(), page.person.load()]);
    expect(page.where().as).toBe('boris');
    expect(browser.asked).toBe(3);
  });
});
