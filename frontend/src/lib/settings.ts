import { stageKinds, type Assurance, type DrawRules, type Form, type Population, type Quota, type Settings, type StageKind } from './api/schema';

/** Settings as they are typed: lists as lines, times as the browser's date fields write them. */
export interface SettingsDraft {
  id: string;
  title: string;
  question: string;
  briefing: string;
  assurance: Assurance;
  promise: string;
  lang: string;
  stages: { key: number; kind: StageKind; title: string; opens: string; closes: string }[];
  features: { key: number; name: string; label: string; options: string }[];
  interests: string;
  sessions: string;
  languages: string;
  consent: string;
  consent_version: string;
  panel_size: string;
  table_size: string;
  table_features: string[];
}

let keys = 0;
/** A key for a row of a list that is edited, so that moving a row keeps its fields. */
export const nextKey = (): number => ++keys;

export const slug = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])$/;

export function emptySettings(lang: string): Settings {
  return {
    id: '',
    title: '',
    question: '',
    briefing: '',
    assurance: 'roster',
    promise: '',
    lang,
    stages: stageKinds.filter((k) => k !== 'poll').map((kind) => ({ kind, title: '', opens: 0, closes: 0 })),
    form: { consent_version: '1', consent: '', features: [], interests: [], sessions: [], languages: [lang] },
    panel_size: 24,
    quotas: [],
    table_size: 8,
    table_features: [],
    population: { tables: [] },
    draw: { objective: '', reserves: 0, panels: 0, eligible: [], sessions: [], languages: [], interests: [], weight: 0, fit_features: [], any_household: false },
    table_rounds: 0,
    debate: { agenda: null, hall_agenda: null, arguments: null, call_link: '', hall_rate: 0, rebalance: false },
  };
}

export function toDraft(s: Settings): SettingsDraft {
  return {
    id: s.id,
    title: s.title,
    question: s.question,
    briefing: s.briefing,
    assurance: s.assurance ?? 'roster',
    promise: s.promise,
    lang: s.lang,
    stages: (s.stages ?? []).map((x) => ({ ...x, key: nextKey(), opens: localTime(x.opens), closes: localTime(x.closes) })),
    features: (s.form.features ?? []).map((f) => ({ key: nextKey(), name: f.name, label: f.label, options: f.options.join('\n') })),
    interests: (s.form.interests ?? []).join('\n'),
    sessions: (s.form.sessions ?? []).join('\n'),
    languages: (s.form.languages ?? []).join('\n'),
    consent: s.form.consent,
    consent_version: s.form.consent_version,
    panel_size: s.panel_size ? String(s.panel_size) : '',
    table_size: s.table_size ? String(s.table_size) : '',
    table_features: [...(s.table_features ?? [])],
  };
}

/** The rules of a draw without what the form does not ask any more. */
export function fitting(rules: DrawRules, form: Form): DrawRules {
  const among = (list: string[] | null, options: string[]) => (list ?? []).filter((x) => options.includes(x));
  const interests = among(rules.interests, form.interests);
  return {
    ...rules,
    eligible: (rules.eligible ?? [])
      .map((e) => ({ feature: e.feature, values: among(e.values, form.features.find((f) => f.name === e.feature)?.options ?? []) }))
      .filter((e) => e.values.length),
    sessions: among(rules.sessions, form.sessions),
    languages: among(rules.languages, form.languages),
    interests,
    weight: interests.length ? rules.weight : 0,
    fit_features: among(rules.fit_features, form.features.map((f) => f.name)),
  };
}

/** The quotas and the counts of a population of which the form still asks. */
function asked(quotas: Quota[] | null, population: Population | undefined, form: Form): { quotas: Quota[]; population: Population } {
  const options = new Map(form.features.map((f) => [f.name, new Set(f.options)]));
  return {
    quotas: (quotas ?? []).filter((q) => options.get(q.feature)?.has(q.value)),
    population: {
      tables: (population?.tables ?? []).filter((t) => t.cells.every((c) => c.values.every((v, i) => options.get(t.features[i] ?? '')?.has(v)))),
    },
  };
}

/** Back to settings; what the draft does not show (quotas, population, rules of the draw) comes from `base`. */
export function toSettings(d: SettingsDraft, base: Settings): Settings {
  const features = d.features
    .map((f) => ({ name: f.name.trim(), label: f.label.trim() || f.name.trim(), options: lines(f.options) }))
    .filter((f) => f.name !== '');
  const names = new Set(features.map((f) => f.name));
  const form: Form = {
    consent_version: d.consent_version.trim(),
    consent: d.consent.trim(),
    features,
    interests: lines(d.interests),
    sessions: lines(d.sessions),
    languages: lines(d.languages),
  };
  return {
    ...base,
    ...asked(base.quotas, base.population, form),
    draw: fitting(base.draw, form),
    id: d.id.trim(),
    title: d.title.trim(),
    question: d.question.trim(),
    briefing: d.briefing.trim(),
    assurance: d.assurance,
    promise: d.promise.trim(),
    lang: d.lang,
    stages: d.stages.map((s) => ({ kind: s.kind, title: s.title.trim(), opens: unixTime(s.opens), closes: unixTime(s.closes) })),
    form,
    panel_size: wholeNumber(d.panel_size),
    table_size: wholeNumber(d.table_size),
    table_features: d.table_features.filter((f) => names.has(f)),
  };
}

export function lines(text: string): string[] {
  return [...new Set(text.split('\n').map((l) => l.trim()).filter(Boolean))];
}

export function wholeNumber(text: string): number {
  const n = Number(text.trim());
  return Number.isInteger(n) && n > 0 ? n : 0;
}

/** Unix milliseconds as a `datetime-local` field writes them, in the reader's time zone; 0 is empty. */
export function localTime(ms: number): string {
  if (!ms) return '';
  const d = new Date(ms);
  if (!Number.isFinite(d.getTime())) return ''; // no time that calendars know
  const two = (n: number) => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

export function unixTime(local: string): number {
  const ms = new Date(local).getTime();
  return local && Number.isFinite(ms) ? ms : 0;
}
