import type { Samples } from '../core/dataset.js';
import type { Encoder } from '../core/encoder.js';
import type { Dreams, Memory, MemoryBatch } from '../core/memory.js';
import type { RandomStream } from '../core/random.js';
import type { Autoencoding, Judge, Sampler } from '../core/sampler.js';
import { bytesOf, combine, part, type Snapshot } from '../core/snapshot.js';
import { firstChoices, type Labeller } from '../core/labeller.js';
import { ReverieError } from '../core/errors.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Variables } from '../engine/engine.js';
import type { DenseAutoencoder } from './autoencoders/dense-autoencoder.js';

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

  constructor(private readonly parts: AutoencoderMemoryParts) {}

  async train({ count, features, labels, weights }: MemoryBatch): Promise<number> {
    const { autoencoder, encoder, random } = this.parts;
    const targets = encoder.targets(labels, autoencoder.trainer.steps, random.encoder);
    return autoencoder.train(count, features, gatherRows(features, targets, count), weights);
  }

  async dream(count: number): Promise<Dreams | undefined> {
    const { sampler, random } = this.parts;
    if (this.#frozen === undefined) return undefined;
    const { parameters, teacher } = this.#frozen;
    const features = await sampler.sample(this.#with(parameters), judgeOf(teacher), count, random.sampler);
    return { count, features, logits: await teacher.label(features, count), classes: teacher.classes };
  }

  async consolidate(train: Samples, teacher: Labeller): Promise<void> {
    const { autoencoder } = this.parts;
    if (this.parts.sampler.keepsStatistics) await this.#refit(train);
    this.#freeze(teacher);
    autoencoder.trainer.resetOptimiser();
  }

  bytes(): number {
    if (this.#frozen === undefined) return 0;
    const { parameters, teacher } = this.#frozen;
    return (
      bytesOf({ json: null, tensors: parameters.readAll() }) + bytesOf(this.parts.sampler.save()) + teacher.bytes()
    );
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

  /** Codes of the task's real samples, and of dreams of everything before, are what is known now. */
  async #refit(train: Samples): Promise<void> {
    const { autoencoder, sampler, refitDreams, random } = this.parts;
    const now = this.#with(autoencoder.trainer.variables);
    const { codeWidth } = now;
    const dreamt = this.#frozen === undefined ? 0 : refitDreams;
    const codes = new Float32Array((train.size + dreamt) * codeWidth);
    const labels = new Int32Array(train.size + dreamt);
    const features = new Float32Array(refitChunk * train.width);
    for (const [from, count] of chunks(train.size)) {
      const rows = Uint32Array.from({ length: count }, (_, i) => from + i);
      train.copyRows(rows, features);
      codes.set(await now.encode(features, count), from * codeWidth);
      for (const row of rows) labels[row] = train.label(row);
    }
    for (const [from, count] of chunks(dreamt)) {
      const dreams = await this.dream(count);
      if (dreams === undefined) break;
      codes.set(await now.encode(dreams.features, count), (train.size + from) * codeWidth);
      labels.set(firstChoices(dreams.logits, dreams.classes, count), train.size + from);
    }
    sampler.fit(codes, labels, codeWidth, random.sampler);
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

function judgeOf(teacher: Labeller): Judge {
  return async (features, count) => firstChoices(await teacher.label(features, count), teacher.classes, count);
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
