import { expect } from 'chai';
import { rowsOfClasses, type Samples } from '../../src/core/dataset.js';
import type { Teacher } from '../../src/core/teacher.js';
import type { Dreams, Memory, MemoryBatch } from '../../src/core/memory.js';
import { DualNetworkMemory, type DualNetworkOptions } from '../../src/memory/dual-network-memory.js';
import { captureError } from '../support/capture-error.js';
import { data, nearestPrototype } from '../../src/testing/taught-memory.js';

/** A network that writes down what it is given, and dreams rows of a value that rises with each dream. */
class Recorder implements Memory {
  readonly trained: MemoryBatch[] = [];
  readonly consolidated: { readonly train: Samples; readonly teacher: Teacher }[] = [];
  #dreams = 0;

  constructor(private readonly size: number) {}

  train(batch: MemoryBatch): Promise<number> {
    this.trained.push(batch);
    return Promise.resolve(this.size);
  }

  dream(count: number): Promise<Dreams | undefined> {
    if (this.consolidated.length === 0) return Promise.resolve(undefined);
    const features = new Float32Array(count * 16).fill(++this.#dreams);
    // Row after row class 1, 0, 1, 0 …
    const logits = Float32Array.from({ length: count * 2 }, (_, i) => (i % 4 === 1 || i % 4 === 2 ? 3 : -3));
    return Promise.resolve({ count, features, logits, classes: [0, 1] });
  }

  async reinject(features: Float32Array, count: number): Promise<Dreams | undefined> {
    const dreams = await this.dream(count);
    this.#dreams--;
    return dreams && { ...dreams, features: features.map((value) => -value) };
  }

  consolidate(train: Samples, teacher: Teacher): Promise<void> {
    this.consolidated.push({ train, teacher });
    teacher.dispose();
    return Promise.resolve();
  }

  bytes = (): number => this.size;
  save = (): Promise<{ json: null; tensors: Record<string, never> }> => Promise.resolve({ json: null, tensors: {} });
  restore = (): Promise<void> => Promise.resolve();
  dispose = (): void => undefined;
}

const train = data.train.select(rowsOfClasses(data.train, [0, 1]));
const batch: MemoryBatch = {
  count: 1,
  features: new Float32Array(16),
  labels: Int32Array.of(0),
  weights: Float32Array.of(1),
};

function made(options: Partial<DualNetworkOptions> = {}): { memory: Memory; net1: Recorder; net2: Recorder } {
  const [net1, net2] = [new Recorder(10), new Recorder(100)];
  const memory = new DualNetworkMemory({ net1, net2 }, { transferBatch: 4, refitDreams: 6, ...options });
  return { memory, net1, net2 };
}

describe('the dual-network memory', () => {
  it('while a task is learnt teaches NET1 alone, and shows its loss', async () => {
    const { memory, net1, net2 } = made();
    expect(await memory.train(batch)).to.equal(10);
    expect(net1.trained).to.deep.equal([batch]);
    expect(net2.trained).to.deep.equal([]);
  });

  it('dreams by NET2, with what NET2 makes of a dream as what is to be made of it', async () => {
    const { memory } = made();
    expect(await memory.dream(2)).to.equal(undefined);
    await memory.consolidate(train, nearestPrototype([0, 1]));
    const dreams = await memory.dream(2);
    expect(dreams?.features[0]).to.equal(1);
    expect(dreams?.targets).to.deep.equal(dreams?.features.map((value) => -value));
  });

  it('when a task ends gives NET1 its samples, and NET2 nothing but dreams of NET1: x, r(x) and h(x)', async () => {
    const { memory, net1, net2 } = made({ transferSteps: 3 });
    await memory.consolidate(train, nearestPrototype([0, 1]));
    expect(net1.consolidated.map((call) => call.train)).to.deep.equal([train]);
    expect(net1.trained).to.deep.equal([]);
    expect(net2.trained).to.have.length(3);
    net2.trained.forEach(({ count, features, labels, weights, dreams }, step) => {
      expect(count).to.equal(4);
      expect([...new Set(features)]).to.deep.equal([step + 1]);
      expect([...new Set(dreams?.targets)]).to.deep.equal([-step - 1]);
      expect([...labels]).to.deep.equal([1, 0, 1, 0]);
      expect([...weights]).to.deep.equal([0.25, 0.25, 0.25, 0.25]);
      expect(dreams?.count).to.equal(4);
      expect(dreams?.logits).to.have.length(8);
    });
    // Statistics are of the last dreams: ⌈6 / 4⌉ = 2 batches of them, in places that were filled in turn.
    const seen = net2.consolidated[0]?.train;
    const rows = new Float32Array(8 * 16);
    seen?.copyRows([0, 1, 2, 3, 4, 5, 6, 7], rows);
    expect([seen?.size, ...new Set(rows)]).to.deep.equal([8, 3, 2]);
    expect([0, 1, 2, 3].map((row) => seen?.label(row))).to.deep.equal([1, 0, 1, 0]);
  });

  it('takes as many steps for NET2 as NET1 took for the task, where nothing else is said', async () => {
    const { memory, net2 } = made();
    for (let step = 0; step < 5; step++) await memory.train(batch);
    await memory.consolidate(train, nearestPrototype([0, 1]));
    expect(net2.trained).to.have.length(5);
    for (let step = 0; step < 2; step++) await memory.train(batch);
    await memory.consolidate(train, nearestPrototype([0, 1]));
    expect(net2.trained).to.have.length(7);
  });

  it('gives both networks the classes and disposes the teacher then', async () => {
    const { memory, net1, net2 } = made();
    const teacher = nearestPrototype([1, 0]);
    await memory.consolidate(train, teacher);
    for (const { consolidated } of [net1, net2]) expect(consolidated[0]?.teacher.classes).to.deep.equal([1, 0]);
    expect(teacher.disposed).to.equal(true);
  });

  it('disposes the teacher even where a network fails', async () => {
    const { memory, net1 } = made();
    net1.consolidate = () => Promise.reject(new Error('out of order'));
    const teacher = nearestPrototype([0, 1]);
    expect(await memory.consolidate(train, teacher).catch(String)).to.equal('Error: out of order');
    expect(teacher.disposed).to.equal(true);
  });

  it('says so where NET2 diverges', async () => {
    const { memory, net2 } = made({ transferSteps: 3 });
    net2.train = () => Promise.resolve(NaN);
    const error = await captureError(() => memory.consolidate(train, nearestPrototype([0, 1])));
    expect(error.code).to.equal('diverged');
    expect(error.message).to.include('second network is NaN at step 1');
  });

  it('counts the bytes of both networks', () => {
    expect(made().memory.bytes()).to.equal(110);
  });

  it('refuses a saved state that lacks a network', async () => {
    const { memory } = made();
    const error = await captureError(() => memory.restore({ json: { net1: null }, tensors: {} }, undefined));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message).to.include('one of its two networks');
  });
});
