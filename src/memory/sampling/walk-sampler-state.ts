import { ReverieError } from '../../core/errors.js';
import type { NoiseScale } from '../../core/sampler.js';
import { isRecord, type Json, type Snapshot } from '../../core/snapshot.js';
import type { Tensor } from '../../core/tensor.js';
import type { WalkState } from './restarting-walks.js';

/** What a sampler carries from draw to draw. */
export interface SamplerState {
  readonly noiseScale?: NoiseScale | undefined;
  readonly chains?: WalkState | undefined;
}

/** The state as a snapshot; {@link restoreState} takes it back, to the byte. */
export function saveState({ noiseScale, chains }: SamplerState): Snapshot {
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
export function restoreState({ json, tensors }: Snapshot): SamplerState {
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
