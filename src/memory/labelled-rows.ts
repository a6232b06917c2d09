import { topClasses, type Teacher } from '../core/teacher.js';
import type { Dreams } from '../core/memory.js';
import { rowsByLabel, type Samples } from '../core/dataset.js';
import type { RandomStream } from '../core/random.js';
import type { FrozenAutoencoder, LabelledCodes } from '../core/sampler.js';

/** `count` rows with the labels that the teacher gives them. */
export async function labelledBy(teacher: Teacher, features: Float32Array, count: number): Promise<Dreams> {
  return { count, features, logits: await teacher.label(features, count), classes: teacher.classes };
}

/** Walks side by side with the labels that the teacher gives to where they are after each jump. */
export async function* labelledWalks(
  teacher: Teacher,
  walks: AsyncIterable<Float32Array>,
  count: number,
): AsyncGenerator<Dreams, void, undefined> {
  for await (const features of walks) yield await labelledBy(teacher, features, count);
}

/** Rows that are encoded at once: bounds the memory that it takes, whatever the task. */
const chunk = 250;

/** First row and length of each chunk of `total` rows. */
function* chunks(total: number): Generator<readonly [number, number]> {
  for (let from = 0; from < total; from += chunk) yield [from, Math.min(chunk, total - from)];
}

/**
 * Codes of some rows of a task, and behind them of `dreamt` dreams, with their classes.
 *
 * @param dream draws dreams; where it gives none, nothing was known before, and the codes of dreams are 0
 */
export async function encodeSeen(
  autoencoder: Pick<FrozenAutoencoder, 'codeWidth' | 'encode'>,
  train: Samples,
  rows: Uint32Array,
  dreamt: number,
  dream: (count: number) => Promise<Dreams | undefined>,
): Promise<LabelledCodes> {
  const { codeWidth } = autoencoder;
  const codes = new Float32Array((rows.length + dreamt) * codeWidth);
  const labels = new Int32Array(rows.length + dreamt);
  const features = new Float32Array(chunk * train.width);
  for (const [from, count] of chunks(rows.length)) {
    const here = rows.subarray(from, from + count);
    train.copyRows(here, features);
    codes.set(await autoencoder.encode(features, count), from * codeWidth);
    here.forEach((row, i) => (labels[from + i] = train.label(row)));
  }
  for (const [from, count] of chunks(dreamt)) {
    const dreams = await dream(count);
    if (dreams === undefined) break;
    codes.set(await autoencoder.encode(dreams.features, count), (rows.length + from) * codeWidth);
    labels.set(topClasses(dreams.logits, dreams.classes, count), rows.length + from);
  }
  return { codes, labels };
}

/** About `count` of these codes, drawn without replacement, as many of each class as there are, all classes alike. */
export function balancedCodes({ codes, labels }: LabelledCodes, count: number, random: RandomStream): LabelledCodes {
  const codeWidth = codes.length / labels.length;
  const rowsOf = [...rowsByLabel(labels).values()];
  const perClass = Math.max(1, Math.round(count / rowsOf.length));
  const rows = rowsOf.flatMap((own) =>
    [...random.permutation(own.length).subarray(0, perClass)].map((i) => own[i] ?? 0),
  );
  const chosen = new Float32Array(rows.length * codeWidth);
  rows.forEach((row, i) => {
    chosen.set(codes.subarray(row * codeWidth, (row + 1) * codeWidth), i * codeWidth);
  });
  return { codes: chosen, labels: Int32Array.from(rows, (row) => labels[row] ?? -1) };
}
