import { ReverieError } from '../core/errors.js';
import { jsonOrText } from '../core/json-or-text.js';
import type { Json } from '../core/snapshot.js';

/** What `--set` says, sorted by whom it is for. */
export interface StudySettings {
  readonly study: Readonly<Record<string, Json>>;
  readonly dataset: Readonly<Record<string, Json>>;
}

/**
 * Reads `--set name=value`, for the study, and `--set dataset.name=value`, for its data set. A value is JSON where it can be
 * read as such, else a text.
 *
 * @throws bad-usage for what is no name=value
 */
export function studySettings(texts: readonly string[]): StudySettings {
  const settings = { study: new Map<string, Json>(), dataset: new Map<string, Json>() };
  for (const text of texts) {
    const [, data, name, value] = /^(dataset\.)?([A-Za-z][A-Za-z0-9]*)=(.+)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new ReverieError('bad-usage', `--set ${text}: expected name=value, e.g. --set lambda=1`);
    }
    settings[data === undefined ? 'study' : 'dataset'].set(name, jsonOrText(value) as Json);
  }
  return { study: Object.fromEntries(settings.study), dataset: Object.fromEntries(settings.dataset) };
}
