import { arraySamples } from '../core/array-samples.js';
import type { Samples } from '../core/dataset.js';
import type { Warning } from '../core/warning.js';
import { ReverieError } from '../core/errors.js';
import { topClasses, type Teacher } from '../core/teacher.js';
import type { Dreams, Memory, MemoryBatch } from '../core/memory.js';
import type { RandomStream } from '../core/random.js';
import type { FrozenAutoencoder } from '../core/sampler.js';
import { combine, part, type Snapshot } from '../core/snapshot.js';
import type { TrainedFunction } from '../core/trained-function.js';

export interface DualNetworkOptions {
  /** Optimiser steps of NET2 when a task ends; as many as NET1 took for the task where not given. */
  readonly transferSteps?: number | undefined;
  /** Pseudo-patterns per step of NET2. */
  readonly transferBatch: number;
  /** The last so many pseudo-patterns of a transfer are what NET2's sampler takes its statistics from. */
  readonly refitDreams: number;
}

/** The two reverberating networks: memories that label their own dreams. */
export interface DualNetworks {
  /** Faces the world: learns new samples together with pseudo-patterns of NET2. */
  readonly net1: Memory;
  /** Keeps what was learnt, and never sees a sample. */
  readonly net2: Memory;
}

/**
 * The self-refreshing memory of Ans & Rousset ("Avoiding catastrophic forgetting by coupling two reverberating neural
 * networks", C. R. Acad. Sci. 320, 1997; "Neural networks with a self-refreshing memory", Connection Science 12, 2000),
 * which Solinas et al. 2020, section II, take the term reinjection from. While a task is learnt, NET1 trains on new
 * samples and on pseudo-patterns of NET2; when it ends, NET2 is trained on pseudo-patterns of NET1 alone: inputs x to
 * which random activity reverberated, with the outputs r(x) and h(x) there. Ours: starts and jumps of walks are the
 * sampler's (noise is the papers'), steps are of batches by Adam, and statistics are NET2's codes of pseudo-patterns.
 */
export class DualNetworkMemory implements Memory {
  /** That NET1 took for the task so far. */
  #steps = 0;

  constructor(
    private readonly networks: DualNetworks,
    private readonly options: DualNetworkOptions,
  ) {}

  get savesWithinTask(): boolean {
    const { net1, net2 } = this.networks;
    return net1.savesWithinTask === true && net2.savesWithinTask === true;
  }

  train(batch: MemoryBatch): Promise<number> {
    this.#steps++;
    return this.networks.net1.train(batch);
  }

  dream(count: number): Promise<Dreams | undefined> {
    return pseudoPatterns(this.networks.net2, count);
  }

  walks(count: number, random: RandomStream): AsyncIterable<Dreams> | undefined {
    return this.networks.net2.walks?.(count, random);
  }

  async reinject(features: Float32Array, count: number): Promise<Dreams | undefined> {
    return this.networks.net2.reinject?.(features, count);
  }

  frozenAutoencoder(): FrozenAutoencoder | undefined {
    return this.networks.net2.frozenAutoencoder?.();
  }

  async consolidate(train: Samples, teacher: Teacher): Promise<void> {
    const { net1, net2 } = this.networks;
    try {
      await net1.consolidate(train, borrowed(teacher));
      await net2.consolidate(await this.#transfer(train.width), borrowed(teacher));
    } finally {
      teacher.dispose();
    }
    this.#steps = 0;
  }

  /** Of both networks: neither can be had from the other. */
  bytes(): number {
    return this.networks.net1.bytes() + this.networks.net2.bytes();
  }

  statisticsBytes(): number {
    return (this.networks.net1.statisticsBytes?.() ?? 0) + (this.networks.net2.statisticsBytes?.() ?? 0);
  }

  /** Of NET1 alone: what NET2 is given are dreams. */
  storedSamples(): number {
    return this.networks.net1.storedSamples?.() ?? 0;
  }

  /** Of NET1 alone, which NET2 is made like. */
  warnings(): readonly Warning[] {
    return this.networks.net1.warnings?.() ?? [];
  }

  async save(): Promise<Snapshot> {
    const { net1, net2 } = this.networks;
    const steps = { json: this.#steps, tensors: {} };
    return combine({ net1: await net1.save(), net2: await net2.save(), steps });
  }

  async restore(snapshot: Snapshot, teacher: Teacher | undefined): Promise<void> {
    const { net1, net2 } = this.networks;
    const [saved1, saved2] = [part(snapshot, 'net1'), part(snapshot, 'net2')];
    const steps = part(snapshot, 'steps')?.json;
    if (saved1 === undefined || saved2 === undefined || typeof steps !== 'number') {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved memory lacks one of its two networks, or their steps; the checkpoint is not usable',
      );
    }
    this.#steps = steps;
    await net1.restore(saved1, teacher && borrowed(teacher));
    await net2.restore(saved2, teacher && borrowed(teacher));
    teacher?.dispose();
  }

  async trainedFunctions(): Promise<readonly TrainedFunction[]> {
    return (await this.networks.net2.trainedFunctions?.()) ?? [];
  }

  dispose(): void {
    this.networks.net1.dispose();
    this.networks.net2.dispose();
  }

  /** Trains NET2 on pseudo-patterns of NET1, and gives the last of them. */
  async #transfer(width: number): Promise<Samples> {
    const { net1, net2 } = this.networks;
    const { transferSteps = Math.max(1, this.#steps), transferBatch: count, refitDreams } = this.options;
    const kept = Math.min(transferSteps, Math.ceil(refitDreams / count));
    const features = new Float32Array(kept * count * width);
    const labels = new Int32Array(kept * count);
    for (let step = 0; step < transferSteps; step++) {
      const dreams = await pseudoPatterns(net1, count);
      if (dreams === undefined) throw new Error('NET1 dreams of nothing, though it was consolidated');
      const chosen = topClasses(dreams.logits, dreams.classes, count);
      const weights = new Float32Array(count).fill(1 / count);
      const loss = await net2.train({ count, features: dreams.features, labels: chosen, weights, dreams });
      if (!Number.isFinite(loss)) throw divergedTransfer(loss, step + 1);
      const at = (step % kept) * count;
      features.set(dreams.features, at * width);
      labels.set(chosen, at);
    }
    return arraySamples({ features, labels, shape: [width] });
  }
}

/** Dreams x with the outputs r(x) and h(x), as they are to be learnt by another network. */
async function pseudoPatterns(network: Memory, count: number): Promise<Dreams | undefined> {
  const dreams = await network.dream(count);
  if (dreams === undefined) return undefined;
  const reinjected = await network.reinject?.(dreams.features, count);
  return reinjected === undefined ? dreams : { ...dreams, targets: reinjected.features };
}

function divergedTransfer(loss: number, step: number): ReverieError {
  return new ReverieError(
    'diverged',
    `the loss of the second network is ${loss} at step ${step} of learning from dreams of the first one, expected a finite number; ` +
      "try a smaller learningRate under the memory's options",
  );
}

/** The teacher for somebody who may ask it, but does not own it. */
function borrowed(teacher: Teacher): Teacher {
  const { classes, probabilities = 'softmax' } = teacher;
  return {
    ...{ classes, probabilities },
    label: (features, count) => teacher.label(features, count),
    bytes: () => 0,
    dispose: () => undefined,
  };
}
