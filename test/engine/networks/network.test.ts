import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import * as g from '../../../src/engine/graph/ops.js';
import {
  denseNetwork,
  dropoutFeeds,
  forward,
  infer,
  outputShape,
  variables,
  type Network,
} from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import type { Layer } from '../../../src/engine/networks/layer.js';
import type { Shape } from '../../../src/core/tensor.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../engines-under-test.js';

const of = (input: Shape, ...layers: Layer[]): Network => ({ name: 'net', input, layers });
const namesOf = (nodes: readonly { readonly name: string }[]): string[] => nodes.map(({ name }) => name);

describe('a network', () => {
  it('says what comes out of it', () => {
    const network = of(
      [784],
      { kind: 'reshape', shape: [1, 28, 28] },
      { kind: 'conv2d', channels: 8, size: 3, stride: 2, padding: 1 }, // ⌊(28 + 2 − 3) / 2⌋ + 1 = 14
      { kind: 'maxPool2d', size: 3, stride: 2 }, // ⌊(14 − 3) / 2⌋ + 1 = 6
      { kind: 'convTranspose2d', channels: 4, size: 4, stride: 2, padding: 1, outputPadding: 1 }, // 5·2 − 2 + 4 + 1 = 13
      { kind: 'averagePool2d', size: 2 }, // ⌊(13 − 2) / 2⌋ + 1 = 6
      { kind: 'flatten' },
    );
    expect(outputShape(network)).to.deep.equal([4 * 6 * 6]);
    expect(forward(network, g.feed('x', [5, 784]), 'training').output.shape).to.deep.equal([5, 144]);
    expect(outputShape(of([3]))).to.deep.equal([3]);
  });

  it('keeps what gradients move apart from what batches move', () => {
    const network = of([2, 4, 4], { kind: 'conv2d', channels: 3, size: 3 }, { kind: 'batchNorm' });
    const { trainable, statistics } = variables(network);
    expect(namesOf(trainable)).to.deep.equal(['net/0/kernel', 'net/0/bias', 'net/1/scale', 'net/1/shift']);
    expect(namesOf(statistics)).to.deep.equal(['net/1/runningMean', 'net/1/runningVariance']);
    const values = initial(network, randomStream(1));
    expect(Object.keys(values.trainable)).to.deep.equal(namesOf(trainable));
    expect(Object.keys(values.statistics)).to.deep.equal(namesOf(statistics));
    expect([...(values.trainable['net/1/scale']?.data ?? [])]).to.deep.equal([1, 1, 1]);
    expect([...(values.statistics['net/1/runningVariance']?.data ?? [])]).to.deep.equal([1, 1, 1]);
    expect([...(values.statistics['net/1/runningMean']?.data ?? [])]).to.deep.equal([0, 0, 0]);
  });

  it('keeps its names when a layer without variables is put in', () => {
    const plain = denseNetwork({ name: 'net', widths: [3, 4, 2], activation: 'relu' });
    const dropping = { ...plain, layers: [{ kind: 'dropout', rate: 0.5 } as const, ...plain.layers] };
    expect(namesOf(variables(plain).trainable)).to.deep.equal([
      'net/0/kernel',
      'net/0/bias',
      'net/1/kernel',
      'net/1/bias',
    ]);
    expect(namesOf(variables(dropping).trainable)).to.deep.equal(namesOf(variables(plain).trainable));
  });

  it('draws as He where a rectifier follows, as Glorot elsewhere, in the order of its layers', () => {
    const network = denseNetwork({ name: 'net', widths: [3, 4, 2], activation: 'relu' });
    const random = randomStream(5);
    const drawn = (count: number, limit: number): Float32Array =>
      Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * limit);
    const { trainable } = initial(network, randomStream(5));
    // fan-in 3 before the rectifier; fans 4 and 2 before nothing
    expect(trainable['net/0/kernel']?.data).to.deep.equal(drawn(12, Math.sqrt(6 / 3)));
    expect(trainable['net/1/kernel']?.data).to.deep.equal(drawn(8, Math.sqrt(6 / (4 + 2))));
  });

  it('draws all kernels in one way where it is asked to', () => {
    const network = denseNetwork({ name: 'net', widths: [30, 40, 20], activation: 'relu' });
    const largest = (initialisation: 'he' | 'xavier'): readonly number[] => {
      const { trainable } = initial(network, randomStream(1), initialisation);
      return ['net/0/kernel', 'net/1/kernel'].map((name) => Math.max(...(trainable[name]?.data ?? [])));
    };
    const expected = {
      he: [Math.sqrt(6 / 30), Math.sqrt(6 / 40)],
      xavier: [Math.sqrt(6 / 70), Math.sqrt(6 / 60)],
    };
    for (const way of ['he', 'xavier'] as const) {
      // the largest of 800 uniform draws or more is within 2 % of their limit
      largest(way).forEach((value, i) => {
        const limit = expected[way][i] ?? NaN;
        expect(value).to.be.within(0.98 * limit, 1.001 * limit);
      });
    }
  });

  it('takes the transpose of a kernel that it is given the name of, and has but a bias of its own', async () => {
    const tied = of([2], { kind: 'dense', units: 3, transposeOf: 'other/0/kernel' });
    expect(namesOf(variables(tied).trainable)).to.deep.equal(['net/0/bias']);
    const engine = await engineForTest();
    const program = await engine.compile({ fetches: { y: infer(tied, g.feed('x', [1, 2])) } });
    const state = engine.variables({
      'net/0/bias': { shape: [3], data: Float32Array.of(10, 20, 30) },
      'other/0/kernel': { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    });
    const { y = [] } = await program.run({ x: Float32Array.of(1, -1) }, state);
    // (1, −1) by columns (1, 2), (3, 4), (5, 6): −1 each
    expect([...y]).to.deep.equal([9, 19, 29]);
    program.dispose();
    state.dispose();
  });

  it('adds rows and columns apart to what a transposed convolution gives', () => {
    const spread = { kind: 'convTranspose2d', channels: 1, size: 3, stride: 2, padding: 1 } as const;
    // (3 − 1)·2 − 2 + 3 = 5
    expect(outputShape(of([1, 3, 3], { ...spread, outputPadding: [1, 0] }))).to.deep.equal([1, 6, 5]);
  });

  it('looks past normalisation and dropout for the rectifier', () => {
    const limitOf = (...after: Layer[]): number => {
      const network = of([2, 9, 9], { kind: 'conv2d', channels: 40, size: 5 }, ...after);
      return Math.max(...(initial(network, randomStream(1)).trainable['net/0/kernel']?.data ?? []));
    };
    const [he, glorot] = [Math.sqrt(6 / 50), Math.sqrt(6 / (50 + 1000))];
    const rectified = limitOf(
      { kind: 'batchNorm' },
      { kind: 'dropout', rate: 0.1 },
      { kind: 'activation', activation: 'elu' },
    );
    // the largest of 2,000 uniform draws is within 1 % of their limit
    expect(rectified).to.be.within(0.99 * he, 1.001 * he);
    expect(limitOf({ kind: 'activation', activation: 'tanh' })).to.be.within(0.99 * glorot, 1.001 * glorot);
    expect(
      limitOf({ kind: 'flatten' }, { kind: 'dense', units: 2 }, { kind: 'activation', activation: 'relu' }),
    ).to.be.within(0.99 * glorot, 1.001 * glorot);
  });

  it('counts what an output of a transposed convolution is made from', () => {
    const network = of(
      [2, 5, 5],
      { kind: 'convTranspose2d', channels: 40, size: 4, stride: 2 },
      { kind: 'activation', activation: 'relu' },
    );
    // of 4·4 taps, those of every second row and column fall on an output: 2·16/4 values
    const he = Math.sqrt(6 / 8);
    const kernel = initial(network, randomStream(1)).trainable['net/0/kernel']?.data ?? [];
    expect(Math.max(...kernel)).to.be.within(0.99 * he, 1.001 * he);
  });

  it('in inference drops nothing, needs no masks and updates nothing', () => {
    const x = g.feed('x', [4, 3]);
    const { output, feeds, updates } = forward(of([3], { kind: 'dropout', rate: 0.5 }), x, 'inference');
    expect(output).to.equal(x);
    expect(feeds).to.deep.equal([]);
    expect(forward(of([3], { kind: 'batchNorm' }), x, 'inference').updates).to.deep.equal({});
    expect(updates).to.deep.equal({});
  });

  it('is fed masks in training: zeros at the rate, the rest scaled to keep the mean', () => {
    const network = of(
      [50],
      { kind: 'dropout', rate: 0.2 },
      { kind: 'dense', units: 3 },
      { kind: 'dropout', rate: 0.5 },
    );
    const { feeds } = forward(network, g.feed('x', [40, 50]), 'training');
    const masks = dropoutFeeds(network, 40, randomStream(3));
    expect(Object.keys(masks)).to.deep.equal(namesOf(feeds));
    const [first = new Float32Array(), second = new Float32Array()] = Object.values(masks);
    expect([...new Set(first)].sort()).to.deep.equal([0, 1.25]);
    expect([...new Set(second)].sort()).to.deep.equal([0, 2]);
    expect(second).to.have.length(40 * 3);
    // 2,000 draws of probability 0.2: 400 ± 18
    expect(first.filter((value) => value === 0).length).to.be.within(400 - 4 * 18, 400 + 4 * 18);
    expect(dropoutFeeds(network, 40, randomStream(3))).to.deep.equal(masks);
  });

  it('embeds labels as rows of a table', async () => {
    const engine = await engineForTest();
    const network = of([], { kind: 'embedding', count: 3, width: 2 });
    const program = await engine.compile({ fetches: { y: infer(network, g.feed('x', [4])) } });
    const state = engine.variables({ 'net/0/table': { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) } });
    // 7 is no label of the table
    const { y = [] } = await program.run({ x: Float32Array.of(2, 0, 7, 2) }, state);
    expect([...y]).to.deep.equal([5, 6, 1, 2, 0, 0, 5, 6]);
    program.dispose();
    state.dispose();
  });
});

describe('a network is refused', () => {
  const cases: readonly [string, Network, string][] = [
    [
      'dense on images',
      of([1, 4, 4], { kind: 'dense', units: 3 }),
      'network "net", layer 0 (dense), applied to [2, 1, 4, 4]: needs rows, [n]; a flatten layer makes them',
    ],
    [
      'a convolution on rows',
      of([16], { kind: 'conv2d', channels: 3, size: 3 }),
      'layer 0 (conv2d), applied to [2, 16]: needs images, [channels, height, width]; a reshape layer makes them',
    ],
    [
      'a kernel that is larger than the image',
      of(
        [1, 4, 4],
        { kind: 'flatten' },
        { kind: 'reshape', shape: [4, 2, 2] },
        { kind: 'conv2d', channels: 3, size: 3 },
      ),
      'layer 2 (conv2d), applied to [2, 4, 2, 2]: conv2d(reshape [2, 4, 2, 2], variable "net/0/kernel" [3, 4, 3, 3]): ' +
        'the kernel does not fit into the padded image',
    ],
    [
      'a window that is larger than the image',
      of([1, 2, 2], { kind: 'maxPool2d', size: 3 }),
      'layer 0 (maxPool2d), applied to [2, 1, 2, 2]: maxPool2d(',
    ],
    [
      'a shape with another number of values',
      of([10], { kind: 'reshape', shape: [1, 3, 3] }),
      'layer 0 (reshape), applied to [2, 10]: reshape(feed "x" [2, 10]): does not have the 18 values of [2, 1, 3, 3]',
    ],
    [
      'no units',
      of([10], { kind: 'dense', units: 0 }),
      'layer 0 (dense), applied to [2, 10]: "net/0/kernel": shape [10, 0]',
    ],
    [
      'an output padding as large as the stride',
      of([1, 3, 3], { kind: 'convTranspose2d', channels: 1, size: 3, outputPadding: 1 }),
      'layer 0 (convTranspose2d)',
    ],
    ['labels in rows', of([3], { kind: 'embedding', count: 4, width: 2 }), 'needs one label a row'],
    ['normalisation of nothing', of([], { kind: 'batchNorm' }), 'layer 0 (batchNorm), applied to [2]: needs channels'],
    ['an impossible momentum', of([3], { kind: 'batchNorm', momentum: 2 }), 'its momentum is 2, and must be in [0, 1]'],
    [
      'an impossible epsilon',
      of([3], { kind: 'batchNorm', epsilon: 0 }),
      'its epsilon is 0, and must be greater than 0',
    ],
    [
      'an impossible rate',
      of([3], { kind: 'dropout', rate: 1 }),
      'layer 0 (dropout), applied to [2, 3]: its rate is 1',
    ],
  ];
  for (const [what, network, message] of cases) {
    it(`with ${what}`, async () => {
      const error = await captureError(() => forward(network, g.feed('x', [2, ...network.input]), 'training'));
      expect(error.message).to.include(message);
      expect(error.code).to.be.oneOf(['bad-shape', 'bad-usage']);
    });
  }

  it('an input of another shape', async () => {
    const network = of([784], { kind: 'dense', units: 3 });
    expect((await captureError(() => infer(network, g.feed('x', [2, 700])))).message).to.equal(
      'network "net": x is [2, 700], and must be [batch, 784]',
    );
  });

  it('a batch with one value a channel, in training only', async () => {
    const network = of([3], { kind: 'batchNorm' });
    expect((await captureError(() => forward(network, g.feed('x', [1, 3]), 'training'))).message).to.include(
      'a batch [1, 3] has one value a channel, and no variance; train on more rows',
    );
    expect(infer(network, g.feed('x', [1, 3])).shape).to.deep.equal([1, 3]);
  });
});
