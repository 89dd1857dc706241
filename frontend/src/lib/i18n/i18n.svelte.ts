import { written } from './moment';
import { read, write } from '../preferences.svelte';
import type { Catalogue } from './en';
import type { First } from './first.en';

export const languages = ['en', 'ru'] as const;
export type Lang = (typeof languages)[number];

// A newcomer's first page is small: the rest of the texts comes with the pages that have them.
const loaders: Record<Lang, { first: () => Promise<First>; all: () => Promise<Catalogue> }> = {
  en: { first: async () => (await import('./first.en')).first, all: async () => (await import('./en')).en },
  ru: { first: async () => (await import('./first.ru')).first, all: async () => (await import('./ru')).ru },
};

/** The texts in the reader's language, and numbers and dates as that language writes them. */
class I18n {
  lang = $state<Lang>('en');
  /** Set by start(), before anything is shown; all but the first texts by whole(). */
  t = $state.raw<Catalogue>(undefined as unknown as Catalogue);

  #numbers = $derived(new Intl.NumberFormat(this.lang));
  #shares = $derived(new Intl.NumberFormat(this.lang, { style: 'percent', maximumFractionDigits: 1 }));
  #fineShares = $derived(new Intl.NumberFormat(this.lang, { style: 'percent', maximumFractionDigits: 2 }));
  #chances = $derived(new Intl.NumberFormat(this.lang, { style: 'percent', maximumSignificantDigits: 3 }));
  #shorts = $derived(new Intl.NumberFormat(this.lang, { maximumFractionDigits: 2 }));
  #decimals = $derived(new Intl.NumberFormat(this.lang, { minimumFractionDigits: 3, maximumFractionDigits: 3 }));
  #languages = $derived(new Intl.DisplayNames(this.lang, { type: 'language' }));
  #dates = $derived(new Intl.DateTimeFormat(this.lang, { dateStyle: 'medium' }));
  #times = $derived(new Intl.DateTimeFormat(this.lang, { hour: '2-digit', minute: '2-digit' }));
  #moments = $derived(new Intl.DateTimeFormat(this.lang, { dateStyle: 'medium', timeStyle: 'short' }));
  #zoned = $derived(new Intl.DateTimeFormat(this.lang, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }));

  #all = false;
  #rest: Promise<void> | undefined;

  async #texts(lang: Lang): Promise<Catalogue> {
    if (this.#all) return loaders[lang].all();
    const first = await loaders[lang].first();
    return this.#all ? this.#texts(lang) : (first as Catalogue);
  }

  /** Loads a page along with all texts. A page that needs the first ones only goes without; first.test.ts holds which may. */
  with =
    <Page>(load: () => Promise<Page>) =>
    async (): Promise<Page> =>
      (await Promise.all([load(), (this.#rest ??= this.#whole())]))[0];

  async #whole(): Promise<void> {
    this.#all = true;
    const lang = this.lang;
    try {
      const texts = await this.#texts(lang);
      if (lang === this.lang) this.t = texts;
    } catch (error) {
      this.#all = false;
      this.#rest = undefined;
      throw error;
    }
  }

  async use(lang: Lang, keep = true): Promise<void> {
    this.t = await this.#texts(lang);
    this.lang = lang;
    document.documentElement.lang = lang;
    if (keep) write('veche.lang', lang);
  }

  /** The language chosen before, or the first of the browser's that we speak. */
  async start(): Promise<void> {
    const wanted = navigator.languages.map((l) => l.slice(0, 2));
    const first = languages.find((l) => l === wanted.find((w) => (languages as readonly string[]).includes(w))) ?? 'en';
    await this.use(read('veche.lang', languages, first), false);
  }

  /** The name of a language by its code; whatever is no code stays as it is. */
  language = (code: string): string => {
    try {
      return this.#languages.of(code) ?? code;
    } catch {
      return code;
    }
  };
  number = (x: number): string => this.#numbers.format(x);
  /** A share from 0 to 1 as a percentage with one decimal where it is not whole; what is not nothing is never 0 %. */
  share = (x: number): string => (x > 0 && x < 0.001 ? this.#fineShares : this.#shares).format(x);
  /** A share with two decimals, for what is nearly whole. */
  share2 = (x: number): string => this.#fineShares.format(x);
  /** A chance from 0 to 1 as a percentage with three figures, however small it is. */
  chance = (x: number): string => this.#chances.format(x);
  /** A number with two decimals at most. */
  short = (x: number): string => this.#shorts.format(x);
  decimal = (x: number): string => this.#decimals.format(x);
  date = (ms: number): string => written(this.#dates, ms);
  time = (ms: number): string => written(this.#times, ms);
  moment = (ms: number): string => written(this.#moments, ms);
  /** A moment with its time zone, for what people elsewhere compare. */
  zoned = (ms: number): string => written(this.#zoned, ms);
}

export const i18n = new I18n();
