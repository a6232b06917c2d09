import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { CodeSet } from '../../../src/representation/code-set.js';
import { evaluateProbe, type Probe } from '../../../src/representation/probes/probe.js';
import { probes } from '../../../src/representation/probes/probes.js';
import { engineForTest, testedEngines } from '../../engine/engines-under-test.js';
import { captureError } from '../../support/capture-error.js';
import { gaussianMixture, probeContract } from '../../../src/testing/probe-contract.js';

type Name = keyof typeof probes;

let engine: Promise<Engine> | undefined;
const make = async (name: Name, options: object = {}): Promise<Probe> =>
  probes[name].make(options, { engine: await (engine ??= engineForTest()) });

probeContract('linear', () => make('linear'));
probeContract('knn', () => make('knn'));
probeContract('knn of fifty', () => make('knn', { k: 50 }));
probeContract('svm', () => make('svm'));
probeContract('svm of given γ', () => make('svm', { gamma: 0.5, c: 10 }));
probeContract('forest', () => make('forest', { trees: 30 }));
probeContract('mlp', () => make('mlp', { epochs: 60, batchSize: 50, learningRate: 0.01 }));

/** One column, and its labels. */
const line = (codes: readonly number[], labels: readonly number[]): CodeSet => ({
  codes: Float32Array.from(codes),
  labels: Int32Array.from(labels),
  width: 1,
});

describe('the engine under probes', () => {
  for (const name of ['linear', 'knn', 'svm', 'mlp'] as const) {
    it(`holds nothing of "${name}" after it is disposed`, async () => {
      const own = await engineForTest();
      const before = own.liveBuffers();
      const probe = await probes[name].make(name === 'mlp' ? { epochs: 1 } : {}, { engine: own });
      const fitted = await probe.fit(gaussianMixture(60, 1), randomStream(1));
      await fitted.scores(gaussianMixture(3, 2).codes, 3);
      expect(own.liveBuffers()).to.be.greaterThan(before);
      fitted.dispose();
      // Compiled programs are given back a turn later.
      await Promise.resolve();
      await new Promise(setImmediate);
      expect(own.liveBuffers()).to.equal(before);
    });
  }
});

describe('probes on every engine', function () {
  // A library as large as TensorFlow's is long in loading on a busy machine.
  this.timeout(60_000);
  const options: Partial<Record<Name, object>> = { linear: { tolerance: 1e-6 }, mlp: { epochs: 2, batchSize: 30 } };

  for (const engineName of testedEngines) {
    it(`score alike on ${engineName}`, async () => {
      const [train, test] = [gaussianMixture(90, 1), gaussianMixture(60, 2)];
      const scoresOn = async (name: Name, on: Engine): Promise<Float32Array> => {
        const fitted = await (await probes[name].make(options[name] ?? {}, { engine: on })).fit(train, randomStream(1));
        const scores = await fitted.scores(test.codes, 60);
        fitted.dispose();
        return scores;
      };
      const [own, usual] = [await engineForTest(engineName), await (engine ??= engineForTest())];
      for (const name of ['linear', 'knn', 'svm', 'mlp'] as const) {
        const [found, expected] = [await scoresOn(name, own), await scoresOn(name, usual)];
        // float32 summed in another order, through a minimum that is found to 1e-6 of gradient; scores are some ten large.
        found.forEach((score, i) => expect(score, name).to.be.closeTo(expected[i] ?? NaN, 0.01));
      }
    });
  }
});

describe('the linear probe', () => {
  it('finds the minimum: the penalised log-odds of two points', async () => {
    // Codes −1 and 1, C = 1, n = 2. By symmetry W = (−w, w) and b = 0, so that the loss is log(1 + e^(−2w)) + w²/2, least
    // where 2/(1 + e^(2w)) = w, and the logarithms of the probabilities are −log(1 + e^(∓2w)).
    let [low, high] = [0, 2];
    for (let i = 0; i < 60; i++) {
      const w = (low + high) / 2;
      if (2 / (1 + Math.exp(2 * w)) > w) low = w;
      else high = w;
    }
    const probe = await (await make('linear', { tolerance: 1e-6 })).fit(line([-1, 1], [0, 1]), randomStream(1));
    const scores = await probe.scores(Float32Array.of(-1, 1), 2);
    const [likely, unlikely] = [-Math.log1p(Math.exp(-2 * low)), -Math.log1p(Math.exp(2 * low))];
    [likely, unlikely, unlikely, likely].forEach((expected, i) => expect(scores[i]).to.be.closeTo(expected, 1e-4));
    probe.dispose();
  });

  it('says that it found no minimum, rather than give half of one, and leaves nothing behind', async () => {
    const own = await engineForTest();
    const before = own.liveBuffers();
    const probe = await probes.linear.make({ iterations: 2 }, { engine: own });
    const error = await captureError(() => probe.fit(gaussianMixture(90, 1), randomStream(1)));
    expect(error.code).to.equal('diverged');
    expect(error.message).to.match(/^probe "linear": after 2 steps the gradient is still .*; allow more "iterations"/);
    expect(own.liveBuffers()).to.equal(before);
  });
});

describe('the nearest-neighbour probe', () => {
  it('takes the majority, and at a tie the class of the nearest', async () => {
    const set = line([0, 1, 2, 10, 11, 12, 13], [4, 4, 7, 7, 4, 4, 7]);
    const predict = async (k: number, at: number): Promise<number> => {
      const probe = await (await make('knn', { k })).fit(set, randomStream(1));
      const scores = await probe.scores(Float32Array.of(at), 1);
      probe.dispose();
      return (scores[0] ?? 0) > (scores[1] ?? 0) ? 4 : 7;
    };
    // Nearest to 1.8: 2 (7), 1 (4), 0 (4). To 10.1: 10 (7), 11 (4), 12 (4), 13 (7).
    expect(await predict(1, 1.8)).to.equal(7);
    expect(await predict(2, 1.8)).to.equal(7);
    expect(await predict(3, 1.8)).to.equal(4);
    expect(await predict(3, 10.1)).to.equal(4);
    expect(await predict(4, 10.1)).to.equal(7);
  });

  it('finds neighbours in every block, also the last, which is not full', async () => {
    const count = 4096 + 5;
    const codes = Array.from({ length: count }, (_, row) => row);
    const probe = await (
      await make('knn', { k: 1 })
    ).fit(
      line(
        codes,
        codes.map((row) => (row >= 4096 || row === 0 ? 1 : 0)),
      ),
      randomStream(1),
    );
    const asked = [0, 1, 4095, 4096, 4100, 9999];
    const scores = await probe.scores(Float32Array.from(asked), asked.length);
    const ones = asked.map((_, i) => (scores[2 * i + 1] ?? 0) > (scores[2 * i] ?? 0));
    expect(ones).to.deep.equal([true, false, false, true, true, true]);
    probe.dispose();
  });

  it('refuses more neighbours than there are codes', async () => {
    const probe = await make('knn', { k: 5 });
    const error = await captureError(() => probe.fit(line([1, 2, 3], [0, 1, 0]), randomStream(1)));
    expect([error.code, error.message]).to.deep.equal([
      'bad-usage',
      'probe "knn": k is 5, and there are 3 codes to be neighbours; take k 3 or less, or more codes',
    ]);
  });
});

describe('the support vector probe', () => {
  it('refuses more codes than it was allowed', async () => {
    const probe = await make('svm', { maxSamples: 100 });
    const error = await captureError(() => probe.fit(gaussianMixture(101, 1), randomStream(1)));
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.match(/101 codes are more than its maxSamples, 100, .*; fit it to a random part of them/);
  });

  it('bends around a class in the middle of another, which a straight cut cannot', async () => {
    const codes = Array.from({ length: 60 }, (_, row) => (row - 30) / 10);
    const set = line(
      codes,
      codes.map((value) => (Math.abs(value) < 1 ? 1 : 0)),
    );
    const accuracy = async (name: Name): Promise<number> => {
      const probe = await (await make(name)).fit(set, randomStream(1));
      const { accuracy: reached } = await evaluateProbe(probe, set);
      probe.dispose();
      return reached;
    };
    expect(await accuracy('svm')).to.be.greaterThan(0.95);
    expect(await accuracy('linear')).to.be.lessThan(0.75);
  });
});

describe('the forest probe', () => {
  it('reproduces every training row that was drawn, its trees being of unlimited depth', async () => {
    const random = randomStream(5);
    const codes = new Float32Array(600);
    random.fillNormal(codes);
    const labels = Int32Array.from({ length: 200 }, () => random.integer(3));
    const probe = await (await make('forest', { trees: 200 })).fit({ codes, labels, width: 3 }, randomStream(1));
    // Labels are noise: only memory can reproduce them. A tree misses a row with probability 1/e.
    expect((await evaluateProbe(probe, { codes, labels, width: 3 })).accuracy).to.equal(1);
    probe.dispose();
  });

  it('draws: another stream is another forest', async () => {
    const scores = async (seed: number): Promise<Float32Array> =>
      (await (await make('forest', { trees: 3 })).fit(gaussianMixture(90, 1), randomStream(seed))).scores(
        gaussianMixture(90, 2).codes,
        90,
      );
    expect(await scores(1)).not.to.deep.equal(await scores(2));
  });

  it('gives shares that sum to 1, the same shares where rows cannot be distinguished', async () => {
    const same = line([3, 3, 3, 3, 3, 3], [0, 1, 0, 0, 1, 0]);
    const probe = await (await make('forest', { trees: 2000 })).fit(same, randomStream(1));
    const [zero = 0, one = 0] = await probe.scores(Float32Array.of(3), 1);
    expect(zero + one).to.be.closeTo(1, 1e-5);
    // The mean of bootstrap shares of 2 in 6: standard error √(2/9/6/2000) = 0.004; four of them.
    expect(one).to.be.closeTo(1 / 3, 0.017);
    probe.dispose();
  });
});

describe('evaluating a probe', () => {
  it('needs codes, and leaves out a curve that does not exist', async () => {
    const probe = await (await make('knn', { k: 1 })).fit(line([0, 1], [0, 1]), randomStream(1));
    const error = await captureError(() => evaluateProbe(probe, line([], [])));
    expect([error.code, error.message.includes('0 codes')]).to.deep.equal(['bad-data', true]);
    expect(await evaluateProbe(probe, line([0, 0.1], [0, 0]))).to.deep.equal({ accuracy: 1, macroF1: 1 });
    probe.dispose();
  });
});

describe('options of probes', () => {
  it('refuse what no probe can be made of', () => {
    const fails = (name: Name, options: object): boolean => !probes[name].options.safeParse(options).success;
    expect(fails('linear', { c: 0 })).to.equal(true);
    expect(fails('knn', { k: 0 })).to.equal(true);
    expect(fails('svm', { gamma: -1 })).to.equal(true);
    expect(fails('forest', { trees: 0 })).to.equal(true);
    expect(fails('mlp', { hidden: [0] })).to.equal(true);
    expect(fails('mlp', { depth: 3 })).to.equal(true);
  });
});
