import type { Catalogue } from '$lib/i18n/en';
import { slug, wholeNumber, type SettingsDraft } from '$lib/settings';

export type SettingsErrors = Partial<Record<'id' | 'title' | 'question' | 'consent' | 'panel_size', string>>;

/** What is missing before the settings can be sent at all; the server checks the rest. */
export function settingsErrors(d: SettingsDraft, t: Catalogue, isNew: boolean): SettingsErrors {
  const errors: SettingsErrors = {};
  if (isNew && !slug.test(d.id.trim())) errors.id = t.plan.id_invalid;
  if (!d.title.trim()) errors.title = t.apply.missing;
  if (!d.question.trim()) errors.question = t.apply.missing;
  if (!d.consent.trim()) errors.consent = t.apply.missing;
  if (wholeNumber(d.panel_size) === 0) errors.panel_size = t.apply.missing;
  return errors;
}
