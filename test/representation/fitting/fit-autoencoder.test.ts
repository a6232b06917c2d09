import { expect } from 'chai';
import type { Encoder } from '../../../src/core/encoder.js';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { arraySamples } from '../../../src/core/array-samples.js';
import type { MemoryNetwork } from '../../../src/memory/autoencoders/memory-network.js';
import { encoders, icrstEncoder } from '../../../src/memory/encoders.js';
import { fitAutoencoder, fitToEnd, type FitEvent } from '../../../src/representation/fitting/fit-autoencoder.js';
import { encodeAll, samplesAsCodes } from '../../../src/representation/code-set.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { captureError } from '../../support/capture-error.js';
import { changed, fourClasses, rowsIn, smallNetwork } from '../some-network.js';

/** What a network was trained on: the sample and the target of each row, step by step. */
interface Seen {
  readonly samples: number[];
  readonly targets: number[];
}

describe('fitting an autoencoder alone', () => {
  let engine: Engine;
  let network: MemoryNetwork;
  before(async () => {
    engine = await engineForTest();
  });
  beforeEach(() => {
    network = smallNetwork(engine);
  });
  afterEach(() => {
    network.dispose();
  });

  const fit = (over: Partial<Parameters<typeof fitAutoencoder>[0]> = {}) => ({
    ...{ network, train: fourClasses, random: randomStream(3) },
    ...{ plan: { epochs: 2, batchSize: 32 } },
    ...over,
  });

  /** Takes no step, and writes down what it was to be trained on. */
  const watched = (): { readonly network: MemoryNetwork; readonly seen: Seen } => {
    const seen: Seen = { samples: [], targets: [] };
    const train: MemoryNetwork['train'] = (_count, x, target) => {
      seen.samples.push(...rowsIn(x));
      seen.targets.push(...rowsIn(target));
      return Promise.resolve(1);
    };
    return { network: changed(network, { train }), seen };
  };

  /** Reconstructs with an error of its own for each epoch: `errors[e]` squared. */
  const erring = (errors: readonly number[]): MemoryNetwork => {
    let epoch = 0;
    return changed(network, {
      with: (parameters) => ({
        ...network.with(parameters),
        reconstruct: (x) => {
          const error = errors[epoch++] ?? 0;
          return Promise.resolve(x.map((value) => value + error));
        },
      }),
    });
  };

  it('lowers the loss, and reports each step and epoch', async () => {
    const events: FitEvent[] = [];
    const running = fitAutoencoder(fit({ plan: { epochs: 12, batchSize: 16 } }));
    let next = await running.next();
    for (; next.done !== true; next = await running.next()) events.push(next.value);
    const report = next.value;
    expect(report.losses[11]).to.be.below(0.9 * (report.losses[0] ?? 0));
    expect(report).to.deep.include({ steps: 96, bestEpoch: 12, validationLosses: [] });
    expect(events.filter(({ type }) => type === 'step-trained')).to.have.length(96);
    expect(events.at(-1)).to.deep.equal({
      ...{ type: 'epoch-measured', epoch: 12, epochs: 12, loss: report.losses[11] },
    });
    expect(network.trainer.steps).to.equal(96);
  });

  it('shows each sample once an epoch', async () => {
    const { network: spy, seen } = watched();
    await fitToEnd(fit({ network: spy, plan: { epochs: 3, batchSize: 32 } }));
    const counts = Array.from({ length: 128 }, (_, row) => seen.samples.filter((one) => one === row).length);
    expect(new Set(counts)).to.deep.equal(new Set([3]));
  });

  it('takes all samples at once where a batch would be larger', async () => {
    const { steps } = await fitToEnd(fit({ plan: { epochs: 2, batchSize: 1000 } }));
    expect(steps).to.equal(2);
  });

  it('draws targets of the same class among all samples, however small a batch is', async () => {
    const { network: spy, seen } = watched();
    await fitToEnd(fit({ network: spy, encoder: icrstEncoder(1), plan: { epochs: 20, batchSize: 2 } }));
    const labelOf = (row: number): number => fourClasses.label(row);
    expect(seen.targets.map(labelOf)).to.deep.equal(seen.samples.map(labelOf));
    const own = seen.targets.filter((target, i) => target === seen.samples[i]).length / seen.targets.length;
    // Of 32 class mates one is the sample itself: 0.031 of 2,560 draws, with a standard error of 0.0034.
    expect(own).to.be.within(0.02, 0.042);
  });

  it('reconstructs samples themselves where nobody says otherwise', async () => {
    const { network: spy, seen } = watched();
    await fitToEnd(fit({ network: spy }));
    expect(seen.targets).to.deep.equal(seen.samples);
  });

  it('lets an encoder know of the steps often enough for what changes gradually', async () => {
    const steps: number[] = [];
    const encoder: Encoder = {
      targets: (labels, step) => {
        steps.push(step);
        return Uint32Array.from(labels.keys());
      },
    };
    await fitToEnd(fit({ encoder, plan: { epochs: 2, batchSize: 1 } }));
    // A pass is of 128 steps, a 32nd of which is 4.
    expect(steps).to.deep.equal(Array.from({ length: 64 }, (_, i) => 4 * i));
  });

  it('holds samples out of training, as many as the plan says', async () => {
    const { network: spy, seen } = watched();
    const validation = { fraction: 0.25, patience: 9 };
    await fitToEnd(fit({ network: spy, plan: { epochs: 2, batchSize: 32, validation } }));
    expect(new Set(seen.samples)).to.have.property('size', 96);
  });

  it('stops when nothing got better for long enough, with the parameters of the best epoch', async () => {
    const parameters: unknown[] = [];
    const validation = { fraction: 0.25, patience: 2 };
    const running = fitAutoencoder(
      fit({ network: erring([0.5, 0.25, 0.25, 0.4, 0.1]), plan: { epochs: 9, batchSize: 96, validation } }),
    );
    let next = await running.next();
    for (; next.done !== true; next = await running.next()) {
      if (next.value.type === 'epoch-measured') parameters.push(network.trainer.parameters());
    }
    expect(next.value).to.deep.include({ bestEpoch: 2, steps: 4 });
    expect(next.value.validationLosses.map((loss) => Number(loss.toFixed(4)))).to.deep.equal([
      0.25, 0.0625, 0.0625, 0.16,
    ]);
    expect(network.trainer.parameters()).to.deep.equal(parameters[1]);
    expect(parameters[3]).not.to.deep.equal(parameters[1]);
  });

  it('keeps the last parameters where they are the best', async () => {
    const validation = { fraction: 0.25, patience: 1 };
    const plan = { epochs: 3, batchSize: 96, validation };
    expect(await fitToEnd(fit({ network: erring([0.3, 0.2, 0.1]), plan }))).to.deep.include({ bestEpoch: 3 });
    expect(network.trainer.steps).to.equal(3);
  });

  it('compares epochs by the aim of the last step, where the probability grows', async () => {
    const asked: { readonly rows: number; readonly step: number }[] = [];
    const encoder: Encoder = {
      targets: (labels, step) => {
        asked.push({ rows: labels.length, step });
        return Uint32Array.from(labels.keys());
      },
    };
    const validation = { fraction: 0.25, patience: 1 };
    await fitToEnd(fit({ encoder, plan: { epochs: 5, batchSize: 32, validation } }));
    expect(asked.filter(({ rows }) => rows === 32)).to.deep.equal([{ rows: 32, step: 15 }]);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const parameters = async (seed: number) => {
      const one = smallNetwork(engine);
      const validation = { fraction: 0.1, patience: 2 };
      const plan = { epochs: 2, batchSize: 20, validation };
      await fitToEnd(fit({ network: one, encoder: icrstEncoder(0.5), plan, random: randomStream(seed) }));
      const values = one.trainer.parameters();
      one.dispose();
      return values;
    };
    expect(await parameters(1)).to.deep.equal(await parameters(1));
    expect(await parameters(1)).not.to.deep.equal(await parameters(2));
  });

  it('warns first, of the network and of what the encoder is to draw from', async () => {
    const reported = [
      { type: 'warning', code: 'network', message: 'a' },
      { type: 'warning', code: 'encoder', message: 'b' },
    ] as const;
    const uses: { readonly size: number; readonly steps: number }[] = [];
    const encoder: Encoder = {
      targets: (labels) => Uint32Array.from(labels.keys()),
      check: ({ train, steps }) => {
        uses.push({ size: train.size, steps });
        return [reported[1]];
      },
    };
    const events: FitEvent[] = [];
    const doubtful = changed(network, { warnings: () => [reported[0]] });
    const plan = { epochs: 3, batchSize: 32, validation: { fraction: 0.25, patience: 5 } };
    for await (const event of fitAutoencoder(fit({ network: doubtful, encoder, plan }))) events.push(event);
    expect(events.slice(0, 3).map(({ type }) => type)).to.deep.equal(['warning', 'warning', 'step-trained']);
    expect(events.slice(0, 2)).to.deep.equal(reported);
    expect(uses).to.deep.equal([{ size: 96, steps: 9 }]);
  });

  it('is refused before any training where the encoder cannot draw', async () => {
    const train = arraySamples({ features: new Float32Array(2 * 24), labels: Int32Array.of(-1, -1), shape: [24] });
    const error = await captureError(() => fitToEnd(fit({ train, encoder: icrstEncoder(0.5) })));
    expect(error).to.include({ code: 'bad-data' });
    expect(error.message).to.match(/^encoder "icrst" needs the class of every sample, but 2 of 2 have none/);
    expect(network.trainer.steps).to.equal(0);
  });

  it('stops where nobody pulls any more', async () => {
    for await (const event of fitAutoencoder(fit())) if (event.type === 'step-trained' && event.step === 3) break;
    expect(network.trainer.steps).to.equal(3);
  });

  it('says where the loss is no longer a number', async () => {
    const error = await captureError(() =>
      fitToEnd(fit({ network: changed(network, { train: () => Promise.resolve(NaN) }) })),
    );
    expect(error).to.include({ code: 'diverged' });
    expect(error.message).to.match(/the loss is NaN at step 1, in epoch 1; a lower learning rate/);
  });

  const validation = { fraction: 0.1, patience: 1 };
  for (const [plan, problem] of [
    [{ epochs: 0, batchSize: 1 }, /epochs 0 is not a whole number from 1 on/],
    [{ epochs: 1, batchSize: 2.5 }, /batchSize 2.5 is not a whole number/],
    [{ epochs: 1, batchSize: 1, validation: { ...validation, fraction: 1 } }, /fraction 1 is not between 0 and 1/],
    [{ epochs: 1, batchSize: 1, validation: { ...validation, patience: 0 } }, /patience 0 is not a whole number/],
  ] as const) {
    it(`does not start with a plan that cannot be: ${problem.source}`, async () => {
      const error = await captureError(() => fitToEnd(fit({ plan })));
      expect(error).to.include({ code: 'bad-usage' });
      expect(error.message).to.match(problem);
    });
  }

  it('needs samples, and two of them to hold one out', async () => {
    const none = await captureError(() => fitToEnd(fit({ train: fourClasses.select([]) })));
    const one = await captureError(() =>
      fitToEnd(fit({ train: fourClasses.select([0]), plan: { epochs: 1, batchSize: 1, validation } })),
    );
    expect([none, one].map(({ message }) => message)).to.deep.equal([
      'fitting an autoencoder: there are no samples; give at least one',
      'fitting an autoencoder: of one sample none can be held out; give more samples, or no validation',
    ]);
  });

  it('gives codes of all samples in their order, as the network would one by one', async () => {
    await fitToEnd(fit({ encoder: await encoders.trst.make({}, undefined) }));
    const { codes, labels, width } = await encodeAll(network, fourClasses);
    expect(width).to.equal(4);
    expect([...labels]).to.deep.equal(Array.from({ length: 128 }, (_, row) => fourClasses.label(row)));
    const row = fourClasses.select([77]);
    expect([...codes.subarray(77 * 4, 78 * 4)]).to.deep.equal([...(await encodeAll(network, row)).codes]);
  });

  it('gives samples themselves as codes to compare with', () => {
    const { codes, labels, width } = samplesAsCodes(fourClasses.select([5, 100]));
    expect(width).to.equal(24);
    expect(rowsIn(codes)).to.deep.equal([5, 100]);
    expect([...labels]).to.deep.equal([fourClasses.label(5), fourClasses.label(100)]);
  });
});
