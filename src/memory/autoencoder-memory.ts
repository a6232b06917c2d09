import type { Samples } from '../core/dataset.js';
import type { Warning } from '../core/events.js';
import type { Encoder } from '../core/encoder.js';
import type { Dreams, Memory, MemoryBatch } from '../core/memory.js';
import type { RandomStream } from '../core/random.js';
import type { Autoencoding, LabelledCodes, Sampler } from '../core/sampler.js';
import { bytesOf, combine, part, type Snapshot } from '../core/snapshot.js';
import { firstChoices, type Labeller } from '../core/labeller.js';
import { ReverieError } from '../core/errors.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Variables } from '../engine/engine.js';
import type { DenseAutoencoder } from './autoencoders/dense-autoencoder.js';
import { labelledBy, labelledWalks } from './labelled-dreams.js';
import { rowsByLabel } from './rows-by-label.js';

export interface AutoencoderMemoryParts {
  readonly autoencoder: DenseAutoencoder;
  readonly encoder: Encoder;
  readonly sampler: Sampler;
  /** Dreams that the sampler's statistics are refitted on when a task ends, shared by all old classes. */
  readonly refitDreams: number;
  readonly random: { readonly encoder: RandomStream; readonly sampler: RandomStream };
}

/** What dreams: the autoencoder as it was at the end of the last task, and the teacher of that time. */
interface Frozen {
  readonly parameters: Variables;
  readonly teacher: Labeller;
}

/**
 * The memory of reverie: an autoencoder whose working copy learns new data and dreams together, while a frozen copy,
 * walked upon by the sampler, dreams what came before. After a task the working copy is frozen in turn.
 */
export class AutoencoderMemory implements Memory {
  #frozen: Frozen | undefined;

  /** @throws bad-scenario where the sampler does not suit the autoencoder */
  constructor(private readonly parts: AutoencoderMemoryParts) {
    try {
      parts.sampler.check?.(this.#with(parts.autoencoder.trainer.variables));
    } catch (error) {
      parts.autoencoder.dispose();
      throw error;
    }
  }

  async train({ count, features, labels, weights }: MemoryBatch): Promise<number> {
    const { autoencoder, encoder, random } = this.parts;
    const targets = encoder.targets(labels, autoencoder.trainer.steps, random.encoder);
    return autoencoder.train(count, features, gatherRows(features, targets, count), weights);
  }

  async dream(count: number): Promise<Dreams | undefined> {
    const { sampler, random } = this.parts;
    if (this.#frozen === undefined) return undefined;
    const { parameters, teacher } = this.#frozen;
    const draw = await sampler.sample(this.#with(parameters), teacher, count, random.sampler);
    return { ...draw, ...(await labelledBy(teacher, draw.features, count)) };
  }

  walks(count: number, random: RandomStream): AsyncIterable<Dreams> | undefined {
    const { sampler } = this.parts;
    if (this.#frozen === undefined) return undefined;
    const { parameters, teacher } = this.#frozen;
    const walks = sampler.walks?.(this.#with(parameters), count, random);
    return walks && labelledWalks(teacher, walks, count);
  }

  async reinject(features: Float32Array, count: number): Promise<Dreams | undefined> {
    if (this.#frozen === undefined) return undefined;
    const { parameters, teacher } = this.#frozen;
    return labelledBy(teacher, await this.#with(parameters).reconstruct(features, count), count);
  }

  async consolidate(train: Samples, teacher: Labeller): Promise<void> {
    try {
      await this.#adaptSampler(train, teacher);
    } catch (error) {
      teacher.dispose();
      throw error;
    }
    this.#freeze(teacher);
    this.parts.autoencoder.trainer.resetOptimiser();
  }

  bytes(): number {
    if (this.#frozen === undefined) return 0;
    const { parameters, teacher } = this.#frozen;
    return (
      bytesOf({ json: null, tensors: parameters.readAll() }) + bytesOf(this.parts.sampler.save()) + teacher.bytes()
    );
  }

  storedSamples(): number {
    return this.parts.sampler.storedSamples?.() ?? 0;
  }

  warnings(): readonly Warning[] {
    const { width, codeWidth } = this.#with(this.parts.autoencoder.trainer.variables);
    if (codeWidth < width) return [];
    const message =
      `the memory's code has ${codeWidth} values for samples of ${width}: nothing need be lost on the way through, so the ` +
      'autoencoder may learn the identity, which pulls a walk towards nothing it has learnt; dreams come from what it ' +
      'loses, so give the memory a "latent" far below the width of a sample';
    return [{ type: 'warning', code: 'memory-not-lossy', message }];
  }

  save(): Promise<Snapshot> {
    const { autoencoder, sampler } = this.parts;
    return Promise.resolve(combine({ autoencoder: autoencoder.trainer.save(), sampler: sampler.save() }));
  }

  restore(snapshot: Snapshot, teacher: Labeller | undefined): Promise<void> {
    const autoencoder = part(snapshot, 'autoencoder');
    const sampler = part(snapshot, 'sampler');
    if (autoencoder === undefined || sampler === undefined) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved memory lacks its autoencoder or sampler; the checkpoint is not usable',
      );
    }
    this.parts.autoencoder.trainer.restore(autoencoder);
    this.parts.sampler.restore(sampler);
    if (teacher !== undefined) this.#freeze(teacher);
    return Promise.resolve();
  }

  trainedFunctions(): Promise<readonly TrainedFunction[]> {
    return Promise.resolve([this.parts.autoencoder.decoder()]);
  }

  dispose(): void {
    this.#thaw();
    this.parts.autoencoder.dispose();
  }

  async #adaptSampler(train: Samples, judge: Labeller): Promise<void> {
    const { autoencoder, sampler, random } = this.parts;
    if (train.size === 0) {
      const problem = 'a task ended that had no samples; there is nothing of it to remember, take its classes out';
      throw new ReverieError('bad-data', problem);
    }
    if (sampler.keepsStatistics) await this.#refit(train);
    const now = this.#with(autoencoder.trainer.variables);
    const known = (count: number): Promise<LabelledCodes> => this.#known(train, count);
    await sampler.consolidate?.({ autoencoder: now, judge, train, known }, random.sampler);
  }

  /** Codes of the task's real samples, and of dreams of everything before, are what is known now. */
  async #refit(train: Samples): Promise<void> {
    const { autoencoder, sampler, refitDreams, random } = this.parts;
    const dreamt = this.#frozen === undefined ? 0 : refitDreams;
    const rows = Uint32Array.from({ length: train.size }, (_, row) => row);
    const { codes, labels } = await this.#codes(train, rows, dreamt);
    sampler.fit(codes, labels, this.#with(autoencoder.trainer.variables).codeWidth, random.sampler);
  }

  /** Codes of real samples of the task and of dreams, as many of each as there are classes of them. */
  async #known(train: Samples, count: number): Promise<LabelledCodes> {
    const { sampler } = this.parts.random;
    const rowsOf = [...rowsByLabel(Int32Array.from({ length: train.size }, (_, row) => train.label(row))).values()];
    const before = this.#frozen?.teacher.classes.length ?? 0;
    const perClass = Math.max(1, Math.round(count / (rowsOf.length + before)));
    const rows = rowsOf.flatMap((own) =>
      [...sampler.permutation(own.length).subarray(0, perClass)].map((i) => own[i] ?? 0),
    );
    return this.#codes(train, Uint32Array.from(rows), before * perClass);
  }

  /** Codes, as the autoencoder gives them now, of rows of the task and of so many dreams, the rows first. */
  async #codes(train: Samples, rows: Uint32Array, dreamt: number): Promise<LabelledCodes> {
    const now = this.#with(this.parts.autoencoder.trainer.variables);
    const { codeWidth } = now;
    const codes = new Float32Array((rows.length + dreamt) * codeWidth);
    const labels = new Int32Array(rows.length + dreamt);
    const features = new Float32Array(refitChunk * train.width);
    for (const [from, count] of chunks(rows.length)) {
      const here = rows.subarray(from, from + count);
      train.copyRows(here, features);
      codes.set(await now.encode(features, count), from * codeWidth);
      here.forEach((row, i) => (labels[from + i] = train.label(row)));
    }
    for (const [from, count] of chunks(dreamt)) {
      const dreams = await this.dream(count);
      if (dreams === undefined) break;
      codes.set(await now.encode(dreams.features, count), (rows.length + from) * codeWidth);
      labels.set(firstChoices(dreams.logits, dreams.classes, count), rows.length + from);
    }
    return { codes, labels };
  }

  #freeze(teacher: Labeller): void {
    this.#thaw();
    this.#frozen = { parameters: this.parts.autoencoder.freeze(), teacher };
  }

  #thaw(): void {
    this.#frozen?.parameters.dispose();
    this.#frozen?.teacher.dispose();
    this.#frozen = undefined;
  }

  #with(parameters: Variables): Autoencoding {
    return this.parts.autoencoder.with(parameters);
  }
}

/** Rows that are encoded at once when statistics are refitted: bounds the memory that it takes, whatever the task. */
const refitChunk = 250;

/** First row and length of each chunk of `total` rows. */
function* chunks(total: number): Generator<readonly [number, number]> {
  for (let from = 0; from < total; from += refitChunk) yield [from, Math.min(refitChunk, total - from)];
}

/** The given rows of `features`; `features` itself where every row is its own target. */
function gatherRows(features: Float32Array, rows: Uint32Array, count: number): Float32Array {
  if (rows.every((row, i) => row === i)) return features;
  const width = features.length / count;
  const out = new Float32Array(features.length);
  rows.forEach((row, i) => {
    out.set(features.subarray(row * width, (row + 1) * width), i * width);
  });
  return out;
}
