import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { meanInterval } from 'reverie';

/** What a learner reaches in a scenario, mean over tasks after the last (ACC). */
export interface Figure {
  readonly scenario: string;
  readonly learner: string;
  readonly seeds: readonly number[];
  /** Of each seed, in their order. */
  readonly accuracies: readonly number[];
}

/** What was published for the protocol of a scenario, by learner. */
export type Published = Readonly<
  Record<string, { readonly source: string; readonly figures: Readonly<Record<string, number>> }>
>;

/** Figures that are kept, so that a change that spoils a strategy shows. */
export const figuresFile = fileURLToPath(new URL('../../docs/studies/figures.json', import.meta.url));

const publishedFile = new URL('../../docs/studies/published-figures.json', import.meta.url);

export async function publishedFigures(): Promise<Published> {
  return JSON.parse(await readFile(publishedFile, 'utf8')) as Published;
}

export async function keptFigures(): Promise<readonly Figure[]> {
  const text = await readFile(figuresFile, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '[]';
    throw error;
  });
  return JSON.parse(text) as Figure[];
}

/** How far a run may be from the mean where rounding alone differs: a test sample more or less in a thousand. */
const least = 0.002;

/**
 * Where one more run lies with 99 % if nothing has changed: x̄ ± t·s·√(1 + 1/n), the prediction interval of Student's t, at
 * least ± 0.002. Undefined for fewer than three seeds, of which no spread can be told.
 */
export function expectedRange({ accuracies }: Pick<Figure, 'accuracies'>): readonly [number, number] | undefined {
  const { mean, interval } = meanInterval(accuracies, 0.99) ?? {};
  if (mean === undefined || interval === undefined || accuracies.length < 3) return undefined;
  const half = Math.max(least, ((interval[1] - interval[0]) / 2) * Math.sqrt(accuracies.length + 1));
  return [mean - half, mean + half];
}
