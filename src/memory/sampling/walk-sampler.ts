import { setImmediate } from 'node:timers/promises';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type {
  Draw,
  FrozenAutoencoder,
  LabelledCodes,
  NoiseScale,
  Sampler,
  TaskEndContext,
} from '../../core/sampler.js';
import { combine, isRecord, type Json, part, type Snapshot } from '../../core/snapshot.js';
import type { BorrowedTeacher } from '../../core/teacher.js';
import { joined, type Tensor } from '../../core/tensor.js';
import type { Warning } from '../../core/warning.js';
import type { Accept } from './acceptance.js';
import { energyDistance, inferNoiseScale, type NoiseScaleSearch } from './noise-scale.js';
import { newWalks, restartingWalks, walk, type WalkRules, type WalkState } from './walk.js';
import type { WalkStart } from './starts.js';

export interface WalkSamplerParts {
  readonly start: WalkStart;
  readonly rules: WalkRules;
  /** λ ≥ 0 of each jump, or where to look for it when a task ends. */
  readonly lambda: number | NoiseScaleSearch;
  /** Walks that are kept alive from draw to draw, until the memory changes; 0 begins anew at each draw. */
  readonly chains: number;
  readonly accept: Accept;
}

/** By so much may the inferred λ differ from the edge of its search range and still count as lying there. */
const nearEdge = 1.05;

/**
 * Draws samples by walks on an autoencoder: algorithm 2 of Solinas et al. 2020 with its restart heuristic, whose parts
 * (where walks start, how they go, the noise of a jump, which rows are accepted) are chosen one by one.
 */
export class WalkSampler implements Sampler {
  readonly keepsStatistics: boolean;
  #noiseScale: NoiseScale | undefined;
  #chains: WalkState | undefined;

  /** @throws bad-usage where the rules contradict each other or λ is negative */
  constructor(private readonly parts: WalkSamplerParts) {
    checkParts(parts);
    this.keepsStatistics = parts.start.fit !== undefined;
  }

  async sample(
    autoencoder: FrozenAutoencoder,
    teacher: BorrowedTeacher,
    count: number,
    random: RandomStream,
  ): Promise<Draw> {
    const draw = await this.#draw(autoencoder, teacher, count, this.#lambda(), random);
    return this.#noiseScale === undefined ? draw : { ...draw, noiseScale: this.#noiseScale };
  }

  async *walks(
    autoencoder: FrozenAutoencoder,
    count: number,
    random: RandomStream,
  ): AsyncGenerator<Float32Array, void, undefined> {
    const { start, rules } = this.parts;
    const x = await start.start(count, autoencoder.width, random, autoencoder);
    yield x;
    yield* walk(autoencoder, x, count, { jumps: rules.jumps, lambda: this.#lambda() }, random);
  }

  fit(codes: Float32Array, labels: Int32Array, codeWidth: number, random: RandomStream): void {
    this.parts.start.fit?.(codes, labels, codeWidth, random);
  }

  async consolidate(context: TaskEndContext, random: RandomStream): Promise<void> {
    const { start, lambda } = this.parts;
    // What is known is dreamt with the starts, walks and noise of before, so they must change after it.
    const known = typeof lambda === 'number' ? undefined : await context.seenCodes(lambda.dreams);
    this.#chains = undefined;
    await start.consolidate?.(context, random);
    if (known !== undefined && typeof lambda !== 'number')
      this.#noiseScale = await this.#infer(lambda, context, known, random);
  }

  check(autoencoder: Pick<FrozenAutoencoder, 'width' | 'codeWidth' | 'samplePrior'>): void {
    this.parts.start.check?.(autoencoder);
  }

  storedSamples(): number {
    return this.parts.start.storedSamples?.() ?? 0;
  }

  warnings(): readonly Warning[] {
    const { lambda: search } = this.parts;
    const found = this.#noiseScale?.lambda;
    if (typeof search === 'number' || found === undefined) return [];
    const edge = found < search.min * nearEdge ? 'min' : found > search.max / nearEdge ? 'max' : undefined;
    if (edge === undefined) return [];
    const message =
      `the inferred noise scale λ = ${Number(found.toPrecision(3))} lies at the ${edge === 'min' ? 'lower' : 'upper'} edge of where it ` +
      `was looked for, ${search.min} to ${search.max}, so that the best one may lie beyond; give memory.sampler.options.lambda.infer ` +
      `a ${edge === 'min' ? 'smaller' : 'larger'} "${edge}"`;
    return [{ type: 'warning', code: 'noise-scale-at-edge', message }];
  }

  save(): Snapshot {
    const start = this.parts.start.save?.() ?? { json: {}, tensors: {} };
    if (this.#noiseScale === undefined && this.#chains === undefined) return start;
    return combine({ start, walks: saveState({ noiseScale: this.#noiseScale, chains: this.#chains }) });
  }

  restore(snapshot: Snapshot): void {
    const own = part(snapshot, 'walks');
    const { noiseScale, chains } = own === undefined ? {} : restoreState(own);
    this.#noiseScale = noiseScale;
    this.#chains = chains;
    this.parts.start.restore?.(own === undefined ? snapshot : (part(snapshot, 'start') ?? { json: null, tensors: {} }));
  }

  #lambda(): number {
    const { lambda } = this.parts;
    if (typeof lambda === 'number') return lambda;
    if (this.#noiseScale === undefined) throw new Error('λ is inferred when a task ends, and none has ended yet');
    return this.#noiseScale.lambda;
  }

  #draw(
    autoencoder: FrozenAutoencoder,
    teacher: BorrowedTeacher,
    count: number,
    lambda: number,
    random: RandomStream,
  ): Promise<Draw> {
    const propose = (atLeast: number): Promise<Float32Array> => this.#propose(autoencoder, atLeast, lambda, random);
    return this.parts.accept({ propose, width: autoencoder.width, teacher, random }, count);
  }

  /** At least so many rows: what whole walks give, or walks that are kept alive until they gave enough. */
  async #propose(
    autoencoder: FrozenAutoencoder,
    atLeast: number,
    lambda: number,
    random: RandomStream,
  ): Promise<Float32Array> {
    const { start: from, rules, chains } = this.parts;
    const { width } = autoencoder;
    const start = (count: number): Promise<Float32Array> | Float32Array =>
      from.start(count, width, random, autoencoder);
    if (rules.jumps === 0) return start(atLeast);
    const setting = { autoencoder, rules, lambda, start, random };
    const found: Float32Array[] = [];
    let missing = atLeast;
    while (missing > 0) {
      const alive = chains > 0 ? this.#chains : undefined;
      const count = chains > 0 ? chains : Math.ceil(missing / (rules.jumps - rules.collectFrom + 1));
      const state = alive ?? newWalks(await start(count), count);
      for await (const step of restartingWalks(setting, state, chains > 0 ? Infinity : rules.jumps)) {
        if (step.rows.length > 0) found.push(step.rows);
        missing -= step.rows.length / width;
        if (chains === 0) continue;
        this.#chains = step.state;
        if (missing <= 0) break;
      }
    }
    return joined(found);
  }

  /**
   * The λ whose dreams are nearest to what is known, by energy distance between their codes: far fewer values than a
   * sample has, most of which are noise to a distance. Each λ gets the same random numbers.
   */
  async #infer(
    search: NoiseScaleSearch,
    { autoencoder, teacher }: TaskEndContext,
    { codes, labels }: LabelledCodes,
    random: RandomStream,
  ): Promise<NoiseScale> {
    const known = { values: codes, width: autoencoder.codeWidth };
    // An engine in this thread never comes to the event loop by itself, and thousands of walks take it for many seconds.
    const reconstruct = async (x: Float32Array, count: number): Promise<Float32Array> => {
      await setImmediate();
      return autoencoder.reconstruct(x, count);
    };
    const yielding = { ...autoencoder, reconstruct };
    const state = random.save();
    try {
      return await inferNoiseScale(search, async (lambda) => {
        random.restore(state);
        this.#chains = undefined;
        const { features } = await this.#draw(yielding, teacher, labels.length, lambda, random);
        const dreamt = await autoencoder.encode(features, labels.length);
        return await energyDistance(known, { values: dreamt, width: autoencoder.codeWidth });
      });
    } finally {
      this.#chains = undefined;
    }
  }
}

function checkParts({ rules: { jumps, collectFrom, stagnation }, lambda, chains }: WalkSamplerParts): void {
  const wrong = (what: string): ReverieError => new ReverieError('bad-usage', `walk sampler: ${what}`);
  if (jumps > 0 && (collectFrom < 1 || collectFrom > jumps))
    throw wrong(`collectFrom is ${collectFrom}, expected a jump from 1 to ${jumps}, or no walk gives a sample`);
  if (jumps === 0 && chains > 0) throw wrong('walks without jumps cannot be kept alive; give jumps, or no chains');
  if (typeof lambda === 'number' ? !(lambda >= 0) : !(lambda.min > 0 && lambda.max > lambda.min))
    throw wrong(
      typeof lambda === 'number'
        ? `λ is ${lambda}, expected at least 0: it is a variance`
        : `λ is to be looked for between ${lambda.min} and ${lambda.max}, expected 0 < min < max`,
    );
  if (!(stagnation >= 0)) throw wrong(`stagnation is ${stagnation}, expected at least 0`);
}

/** What a sampler carries from draw to draw. */
export interface SamplerState {
  readonly noiseScale?: NoiseScale | undefined;
  readonly chains?: WalkState | undefined;
}

/** The state as a snapshot; {@link restoreState} takes it back, to the byte. */
function saveState({ noiseScale, chains }: SamplerState): Snapshot {
  const tensors: Record<string, Tensor> = {};
  if (chains !== undefined) {
    const shape = [chains.ages.length, chains.x.length / chains.ages.length];
    tensors['x'] = { shape, data: chains.x };
    if (chains.last !== undefined) tensors['last'] = { shape, data: chains.last };
  }
  return {
    json: {
      ...(noiseScale === undefined ? {} : { noiseScale: { ...noiseScale } }),
      ...(chains === undefined ? {} : { ages: [...chains.ages] }),
    },
    tensors,
  };
}

/** @throws bad-checkpoint where it is not what {@link saveState} gives */
function restoreState({ json, tensors }: Snapshot): SamplerState {
  if (!isRecord(json)) throw damaged('there is no state of walks');
  const { noiseScale, ages } = json;
  return {
    noiseScale: noiseScale === undefined ? undefined : noiseScaleOf(noiseScale),
    chains: ages === undefined ? undefined : chainsOf(ages, tensors),
  };
}

function noiseScaleOf(json: Json): NoiseScale {
  const { lambda, divergence } = isRecord(json) ? json : {};
  if (typeof lambda !== 'number' || typeof divergence !== 'number') throw damaged('λ is no number');
  return { lambda, divergence };
}

function chainsOf(ages: Json, tensors: Snapshot['tensors']): WalkState {
  const { x, last } = tensors;
  const numbers = Array.isArray(ages) ? ages.filter((age: Json) => typeof age === 'number') : [];
  if (x === undefined || numbers.length === 0 || x.shape[0] !== numbers.length)
    throw damaged('the walks and their ages do not go together');
  return { x: x.data, ages: Int32Array.from(numbers), last: last?.data };
}

function damaged(what: string): ReverieError {
  return new ReverieError('bad-checkpoint', `the saved state of the sampler is damaged: ${what}`);
}
