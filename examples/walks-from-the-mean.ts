// A start of walks of one's own: near the mean of all samples met so far, of which it keeps nothing but that mean. All else
// about a sampler, its jumps, restarts and which rows it accepts, is put together from reverie's parts.
// Run it: reverie run split-mnist --plugin examples/walks-from-the-mean.ts --set memory.sampler=mean
import {
  plugIn,
  classBalanced,
  WalkSampler,
  type TaskEndContext,
  type RandomStream,
  type Snapshot,
  type WalkStart,
} from 'reverie';

class NearTheMean implements WalkStart {
  #sum: Float32Array = new Float32Array();
  #count = 0;

  start(count: number, width: number, random: RandomStream) {
    const x = new Float32Array(count * width);
    random.fillNormal(x);
    return x.map((noise, i) => (this.#sum[i % width] ?? 0) / this.#count + 0.3 * noise);
  }

  consolidate({ train }: TaskEndContext) {
    if (this.#count === 0) this.#sum = new Float32Array(train.width);
    const row = new Float32Array(train.width);
    for (let i = 0; i < train.size; i++) {
      train.copyRows([i], row);
      row.forEach((value, j) => (this.#sum[j] = (this.#sum[j] ?? 0) + value));
    }
    this.#count += train.size;
  }

  save(): Snapshot {
    return { json: { count: this.#count }, tensors: { sum: { shape: [this.#sum.length], data: this.#sum } } };
  }

  restore({ json, tensors }: Snapshot) {
    this.#sum = tensors['sum']?.data ?? new Float32Array();
    this.#count = (json as { count: number }).count;
  }
}

export const reverie = plugIn({
  samplers: {
    mean: {
      summary: 'Walks from around the mean of all samples met so far.',
      create: () =>
        new WalkSampler({
          start: new NearTheMean(),
          rules: { jumps: 8, collectFrom: 2, collect: 'reconstruction', stagnation: 0 },
          lambda: 0.25,
          chains: 0,
          accept: classBalanced(4),
        }),
    },
  },
});
