import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { autoencoders } from '../../../src/memory/autoencoders/autoencoders.js';
import { corrupted } from '../../../src/memory/autoencoders/noise.js';
import type { MemoryNetwork } from '../../../src/memory/autoencoders/memory-network.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { count, form, labels, samples, weights } from '../../../src/testing/autoencoder-contract.js';

type Options = Readonly<Record<string, unknown>>;

const small = { latent: 4, learningRate: 0.02 };

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const distance = (a: Float32Array, b: Float32Array): number => mean(a.map((value, i) => (value - (b[i] ?? NaN)) ** 2));

describe('members of the family do what they are for', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  async function trained(name: keyof typeof autoencoders, options: Options, steps = 200): Promise<MemoryNetwork> {
    const network = await autoencoders[name].make(
      { ...small, ...options },
      { engine, random: randomStream(1), ...form },
    );
    for (let step = 0; step < steps; step++) await network.train(count, samples, samples, weights, { labels });
    return network;
  }

  /** What `ask` says of a network with each of these options. */
  async function compared(
    name: keyof typeof autoencoders,
    all: readonly [Options, Options],
    ask: (network: MemoryNetwork) => Promise<number>,
  ): Promise<readonly [number, number]> {
    const answers: number[] = [];
    for (const options of all) {
      const network = await trained(name, options);
      answers.push(await ask(network));
      network.dispose();
    }
    const [one = NaN, other = NaN] = answers;
    return [one, other];
  }

  const codesOf = (network: MemoryNetwork, x: Float32Array = samples): Promise<Float32Array> =>
    network.with(network.trainer.variables).encode(x, x.length / form.width);
  const rebuilt = (network: MemoryNetwork, x: Float32Array = samples): Promise<Float32Array> =>
    network.with(network.trainer.variables).reconstruct(x, x.length / form.width);

  it('sparse: the mean activity of its code comes to ρ, or the code to few active units', async () => {
    const activity = async (network: MemoryNetwork): Promise<number> => mean(await codesOf(network));
    const kl = { hidden: [], rho: 0.1 };
    const [held, free] = await compared(
      'sparse',
      [
        { ...kl, sparsity: 20 },
        { ...kl, sparsity: 0 },
      ],
      activity,
    );
    expect(held).to.be.closeTo(0.1, 0.03);
    expect(Math.abs(free - 0.1)).to.be.greaterThan(0.1);
    const l1 = { hidden: [], penalty: 'l1' };
    const [small, large] = await compared(
      'sparse',
      [
        { ...l1, sparsity: 1 },
        { ...l1, sparsity: 0 },
      ],
      activity,
    );
    expect(small).to.be.below(0.5 * large);
  });

  it('contractive: its code moves less where a sample does', async () => {
    const moved = samples.map((value, i) => value + (i % 3 === 0 ? 0.02 : -0.01));
    const movement = async (network: MemoryNetwork): Promise<number> =>
      distance(await codesOf(network), await codesOf(network, moved));
    for (const hidden of [[], [12]]) {
      const [held, free] = await compared(
        'contractive',
        [
          { hidden, contraction: 3 },
          { hidden, contraction: 0 },
        ],
        movement,
      );
      expect(held, `hidden ${hidden.length}`).to.be.below(0.5 * free);
    }
  });

  it('denoising: it undoes what it was trained against better than one that was not', async () => {
    const noise = { gaussian: 0, masking: 0.3, saltAndPepper: 0 };
    const x = corrupted(samples, noise, randomStream(5));
    const none = { gaussian: 0, masking: 0, saltAndPepper: 0 };
    const options = { hidden: [12] };
    const [used, unused] = await compared(
      'denoising',
      [
        { ...options, noise },
        { ...options, noise: none },
      ],
      async (network) => distance(await rebuilt(network, x), samples),
    );
    expect(used).to.be.below(0.8 * unused);
  });

  it('tied: its decoder has biases and no kernels of its own', async () => {
    const network = await trained('tied', { hidden: [12] }, 1);
    const kernels = ['encoder/0/kernel', 'encoder/1/kernel'];
    expect(network.trainer.parameterNames.filter((name) => name.endsWith('kernel'))).to.deep.equal(kernels);
    expect(Object.keys(network.decoder().parameters)).to.have.members([...kernels, 'decoder/0/bias', 'decoder/1/bias']);
    network.dispose();
  });

  it('variational: noise is decoded to samples like those that it learnt', async () => {
    const network = await trained('variational', { hidden: [12], beta: 0.3 }, 400);
    const autoencoder = network.with(network.trainer.variables);
    const seeds = (await autoencoder.samplePrior?.(100, randomStream(7))) ?? new Float32Array();
    expect(seeds).to.have.length(100 * small.latent);
    const dreams = await autoencoder.decode(seeds, 100);
    const medianFromSamples = (rows: Float32Array): number => {
      const nearest = Array.from({ length: 100 }, (_, i) => {
        const row = rows.subarray(i * 16, (i + 1) * 16);
        return Math.min(
          ...Array.from({ length: count }, (_row, j) => distance(row, samples.subarray(j * 16, (j + 1) * 16))),
        );
      });
      return nearest.sort((one, other) => one - other)[50] ?? NaN;
    };
    const random = randomStream(8);
    const anything = dreams.map(() => random.uniform());
    expect(medianFromSamples(dreams)).to.be.below(0.4 * medianFromSamples(anything));
    network.dispose();
  });

  it('variational: free bits keep codes in use that a large β would empty', async () => {
    const spread = async (network: MemoryNetwork): Promise<number> => {
      const codes = await codesOf(network);
      return mean(codes.map((value) => value ** 2));
    };
    const options = { hidden: [12], beta: 30 };
    const [free, none] = await compared('variational', [{ ...options, freeBits: 0.5 }, options], spread);
    expect(none).to.be.below(0.05);
    expect(free).to.be.greaterThan(5 * none);
  });

  it('convolutional: images of any form come back in their form, whatever strides leave over', async () => {
    for (const [shape, options] of [
      [[5, 7], { channels: [3, 2] }],
      [[6, 5, 3], { channels: [4], kernel: 4, stride: 3 }],
      [[28, 28, 1], {}],
      [[8, 8], { channels: [2, 2], kernel: 2, padding: 0 }],
    ] as const) {
      const width = shape.reduce((size: number, extent) => size * extent, 1);
      const context = { engine, random: randomStream(1), shape, width };
      const network = await autoencoders.convolutional.make({ ...small, ...options }, context);
      const x = Float32Array.from({ length: 2 * width }, (_, i) => (i % 5) / 5);
      expect(await network.train(2, x, x, Float32Array.of(0.5, 0.5), { labels: Int32Array.of(0, 1) })).to.be.above(0);
      expect(await network.with(network.trainer.variables).reconstruct(x, 2)).to.have.length(x.length);
      network.dispose();
    }
  });

  it('convolutional: takes the last axis of a sample for its channels, one value of each after the other', async () => {
    const shape = [4, 4, 2];
    const network = await autoencoders.convolutional.make(
      { ...small, channels: [3] },
      { engine, random: randomStream(1), shape, width: 32 },
    );
    const x = Float32Array.from({ length: 32 }, (_, i) => ((7 * i) % 11) / 11);
    const exchanged = x.map((_, i) => x[i % 2 === 0 ? i + 1 : i - 1] ?? NaN);
    const code = await network.with(network.trainer.variables).encode(x, 1);

    // Channels exchanged in the samples and in the kernel, [3 out, 2 in, 3 rows, 3 columns]: the same sums.
    const { json, tensors } = network.trainer.save();
    const kernel = tensors['encoder/0/kernel'];
    expect(kernel?.shape).to.deep.equal([3, 2, 3, 3]);
    const data = kernel?.data ?? new Float32Array();
    const other = data.map((_, i) => data[Math.floor(i / 9) % 2 === 0 ? i + 9 : i - 9] ?? NaN);
    network.trainer.restore({
      json,
      tensors: { ...tensors, 'encoder/0/kernel': { shape: [3, 2, 3, 3], data: other } },
    });
    const codeOfExchanged = await network.with(network.trainer.variables).encode(exchanged, 1);
    for (const [i, value] of code.entries()) expect(codeOfExchanged[i]).to.be.closeTo(value, 1e-5);
    expect(distance(await network.with(network.trainer.variables).encode(x, 1), code)).to.be.above(1e-3);
    network.dispose();
  });

  it('convolutional: a grey image with an axis for its one channel is the same as without', async () => {
    const codes: Float32Array[] = [];
    for (const shape of [
      [4, 4],
      [4, 4, 1],
    ]) {
      const context = { engine, random: randomStream(1), shape, width: 16 };
      const network = await autoencoders.convolutional.make({ ...small, channels: [3] }, context);
      codes.push(await codesOf(network));
      network.dispose();
    }
    expect(codes[0]).to.deep.equal(codes[1]);
  });

  it('any: can be described for digits and photographs in the form in which data sets have them', () => {
    for (const shape of [
      [28, 28, 1],
      [32, 32, 3],
    ]) {
      const width = shape.reduce((size, extent) => size * extent, 1);
      for (const member of Object.values(autoencoders)) {
        expect(member.describe(member.options.parse({}), { shape, width })).to.include({ width });
      }
    }
  });

  it('any: penalties on kernels make them smaller, and dropout leaves what it makes of samples alone', async () => {
    const size = (network: MemoryNetwork): Promise<number> => {
      const kernel = network.trainer.variables.read('encoder/0/kernel').data;
      return Promise.resolve(mean(kernel.map(Math.abs)));
    };
    for (const kernelPenalty of [{ l1: 0.05 }, { l2: 0.1 }]) {
      const [decayed, free] = await compared('vanilla', [{ kernelPenalty }, {}], size);
      expect(decayed).to.be.below(0.7 * free);
    }
    const network = await trained('vanilla', { dropout: 0.5 }, 2);
    expect(await rebuilt(network)).to.deep.equal(await rebuilt(network));
    network.dispose();
  });
});

describe('what cannot be made is refused before anything is trained', () => {
  const refused: readonly [string, keyof typeof autoencoders, Options, readonly number[], string, RegExp][] = [
    ['samples of no values', 'vanilla', {}, [0], 'bad-data', /samples of at least one value, and these have 0/],
    [
      'a kernel larger than the image',
      'convolutional',
      { kernel: 5 },
      [4, 4],
      'bad-scenario',
      /kernels of 5 × 5, and the samples are 4 × 4: a kernel must not be larger than its image/,
    ],
    [
      'a kernel larger than what a convolution leaves of it',
      'convolutional',
      { channels: [4, 4, 4] },
      [4, 4],
      'bad-scenario',
      /kernels of 3 × 3, and what convolution 1 leaves of them is 2 × 2/,
    ],
    ['samples that are no images', 'convolutional', {}, [16], 'bad-scenario', /needs images.*these samples are \[16\]/],
    [
      'KL of activities that are none',
      'sparse',
      { codeActivation: 'tanh' },
      [16],
      'bad-scenario',
      /penalty "kl" is of activities between 0 and 1, and its codeActivation is "tanh"/,
    ],
    [
      'noise before an activation that is normalised',
      'denoising',
      { batchNorm: true, noise: { preActivation: 0.1 } },
      [16],
      'bad-scenario',
      /noise\.preActivation for plain layers only/,
    ],
  ];
  for (const [what, name, options, shape, code, message] of refused) {
    it(what, async () => {
      const width = shape.reduce((size, extent) => size * extent, 1);
      const error = await captureError(() => autoencoders[name].describe(options, { shape, width }));
      expect(error.code).to.equal(code);
      expect(error.message).to.match(message);
    });
  }

  it('options out of their range, or with a name that nobody knows', () => {
    const wrong: readonly [keyof typeof autoencoders, Options][] = [
      ['vanilla', { latent: 0 }],
      ['vanilla', { hidden: [0] }],
      ['vanilla', { hidden: [8, 8] }],
      ['vanilla', { loss: 'l2' }],
      ['vanilla', { dropout: 1 }],
      ['vanilla', { sparsity: 1 }],
      ['deep', { hidden: [8] }],
      ['sparse', { rho: 0 }],
      ['sparse', { rho: 1 }],
      ['denoising', { noise: { masking: 1.5 } }],
      ['contractive', { activation: 'gelu' }],
      ['contractive', { batchNorm: true }],
      ['variational', { beta: -1 }],
      ['variational', { codeActivation: 'tanh' }],
      ['convolutional', { kernel: 0 }],
      ['conditional', { conditioning: 'encoder' }],
    ];
    for (const [name, options] of wrong) {
      const { success } = autoencoders[name].options.safeParse(options);
      expect(success, `${name} ${JSON.stringify(options)}`).to.equal(false);
    }
  });
});
