// The browser and the people in it: each has a context of their own, as each would have a computer of their own.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox', // root in a container has no other way
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const browsers = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function openTown(url) {
  const executablePath = browsers.find((path) => path && existsSync(path));
  assert.ok(executablePath, 'no Chromium found: run scripts/setup, or set CHROMIUM to its path');
  const browser = await chromium.launch({ executablePath, args: flags });
  const { demo_links: links } = await (await fetch(`${url}/api/session`)).json();
  const faults = [];

  /** A new person at a computer; `label` names a sign-in of the demo, nothing stays a stranger. */
  async function enter(label, { width = 1280, height = 900, dark = false, line, lang = 'en-GB' } = {}) {
    const context = await browser.newContext({
      baseURL: url,
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      locale: lang,
      proxy: line ? { server: line.address } : undefined,
      reducedMotion: 'reduce', // so that a picture is never taken in the middle of a movement
      acceptDownloads: true,
    });
    context.setDefaultTimeout(45_000);
    const page = await context.newPage();
    // Whatever the policy of the page refuses, and any error of ours, fails the test that it happened in.
    page.on('pageerror', (error) => faults.push(`${label}: ${error.message}`));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(`${label}: ${message.text()}`);
    });
    page.on('dialog', (dialog) => {
      faults.push(`${label}: a script opened a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    if (label) {
      const link = links.find((l) => l.label === label);
      assert.ok(link, `the demo has no sign-in “${label}”, only ${links.map((l) => l.label).join(', ')}`);
      await page.goto(`/sign-in#${link.code}`);
      await page.waitForURL(`${url}/`);
    }
    return page;
  }

  return {
    url,
    links,
    enter,
    /** Throws what went wrong in any page since the last call. */
    calm() {
      const list = faults.splice(0);
      assert.deepEqual(list, []);
    },
    close: () => browser.close(),
  };
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Waits until the page stands: nothing loading, nothing moving. */
export async function settled(page) {
  await page.locator('main h1').first().waitFor();
  await page.locator('main .loading:not([data-specimen] *)').first().waitFor({ state: 'hidden' });
}

/** Whether the edge of a list that scrolls goes through the element, or a bar lies over a part of it: then it is small only until one scrolls on. */
const cut = (page, selector) =>
  page.evaluate((selector) => {
    const e = document.querySelector(selector);
    if (!e) return false;
    const { left, top, bottom, width, height } = e.getBoundingClientRect();
    const within = (at, found) => {
      for (let up = at; up; up = up.parentElement) if (found(up, getComputedStyle(up))) return true;
      return false;
    };
    const edge = (y) => top < y && y < bottom;
    const scrolls = within(e.parentElement, (up, style) => {
      const box = up.getBoundingClientRect();
      return /auto|scroll/.test(style.overflowY) && up.scrollHeight > up.clientHeight && (edge(box.top) || edge(box.bottom));
    });
    const covered = [0.1, 0.5, 0.9].some((y) => {
      const at = document.elementFromPoint(left + width / 2, top + height * y);
      return at && !e.contains(at) && within(at, (up, style) => /sticky|fixed/.test(style.position) && !up.contains(e));
    });
    return scrolls || covered;
  }, selector);

/** Fails on any rule of WCAG 2.2 AA that axe finds broken, and on a page wider than its window; `colours: false` leaves out the contrast. */
export async function accessible(page, name, { colours = true } = {}) {
  // No page of ours holds one of another site, so axe needs no second page to gather what it found, which takes it as long again.
  const axe = new AxeBuilder({ page }).withTags(tags).setLegacyMode(true);
  const { violations } = await (colours ? axe : axe.disableRules(['color-contrast'])).analyze();
  const found = [];
  for (const { id, nodes } of violations) {
    for (const n of nodes) {
      if (id === 'target-size' && (await cut(page, n.target.at(-1)))) continue;
      found.push(`${id}: ${n.target.join(' ')} – ${n.failureSummary}`);
    }
  }
  assert.deepEqual(found, [], `accessibility of ${name}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px wider than its window`);
}

/** The page in both themes, at the width of a desk and of a phone. */
export async function inspect(page, name) {
  await settled(page);
  const size = page.viewportSize();
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    // As high as the page, so that nothing that stays at an edge covers a part of it.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(Math.max(height, 800), 12000) });
    await accessible(page, `${name}, ${colorScheme}, ${width} px`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
}

/**
 * Goes along the whole page by keyboard and fails on what has the focus and is not in sight, behind a bar or outside the
 * window; gives the number of stops. What is higher than the window need only show a part of itself.
 */
export async function inSight(page, name, { key = 'Tab', most = 400 } = {}) {
  const hidden = [];
  await page.locator('a:visible')[key === 'Tab' ? 'first' : 'last']().focus();
  let stops = 0;
  for (; stops < most; stops++) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))); // scrolled and measured
      const e = document.activeElement;
      if (!e || e === document.body || e.inSight) return undefined;
      e.inSight = true;
      const { left, top, width, height } = e.getBoundingClientRect();
      const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.15], [0.5, 0.85]];
      const seen = points.filter(([x, y]) => {
        const at = document.elementFromPoint(left + width * x, top + height * y);
        return at && (e.contains(at) || (at.contains(e) && getComputedStyle(e).display === 'inline'));
      });
      return { what: `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent.slice(0, 40)} at ${Math.round(top)}`, clear: seen.length === points.length || (seen.length > 0 && height > 100) };
    });
    if (!stop) break;
    if (!stop.clear) hidden.push(stop.what);
  }
  await page.evaluate(() => document.querySelectorAll('*').forEach((e) => delete e.inSight));
  assert.deepEqual(hidden, [], `the focus is hidden in ${name}`);
  return stops;
}

/** Collects from now on, through reloads too, what the page tells a screen reader; read it with `page.evaluate(() => told)`. */
export async function listen(page) {
  await page.addInitScript(() => {
    const told = (window.told = []);
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const status = (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest?.('[role=status], [role=alert]');
        if (status?.textContent.trim()) told.push(status.textContent.trim());
      }
    }).observe(document, { childList: true, characterData: true, subtree: true });
  });
}

/** A command as the page itself would send it, for what other tests walk by hand. */
export async function send(page, method, path, body) {
  const answer = await page.evaluate(
    async ([method, path, body]) => {
      const csv = typeof body === 'string';
      const r = await fetch(path, { method, headers: { 'Content-Type': csv ? 'text/csv' : 'application/json' }, body: csv ? body : JSON.stringify({ client_id: crypto.randomUUID(), ...body }) });
      return { status: r.status, text: await r.text() };
    },
    [method, path, body],
  );
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.text ? JSON.parse(answer.text) : undefined;
}
