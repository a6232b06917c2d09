import { expect } from 'chai';
import type { Samples } from '../../../src/core/dataset.js';
import type { Dreams, DreamSource } from '../../../src/core/memory.js';
import { randomStream, RandomStreams } from '../../../src/core/random.js';
import { attractorsOf } from '../../../src/memory/diagnostics/attractors.js';
import { checkDreams, type DreamCheck } from '../../../src/memory/diagnostics/check-dreams.js';
import { drawDreams } from '../../../src/memory/diagnostics/draw-dreams.js';
import { captureError } from '../../support/capture-error.js';
import { meanLearner } from '../../experiment/fake-learner.js';
import { samplesOf } from '../../experiment/fake-samples.js';

/** Rows of one value, labelled 3 below one half and 8 from there on. */
function labelled(features: Float32Array): Dreams {
  const logits = Float32Array.from({ length: 2 * features.length }, (_, i) =>
    i % 2 === 0 ? 0.4999 : (features[(i - 1) / 2] ?? 0),
  );
  return { count: features.length, features, logits, classes: [3, 8] };
}

/** Dreams these values, over and over, and draws what it is given half-way to `attractor` at each reinjection. */
function memoryOf(values: readonly number[], attractor: (x: number) => number = (x) => x): DreamSource {
  return {
    dream: (count) =>
      Promise.resolve(labelled(Float32Array.from({ length: count }, (_, i) => values[i % values.length] ?? 0))),
    reinject: (features) => Promise.resolve(labelled(features.map((x) => (x + attractor(x)) / 2))),
  };
}

const alwaysThree = {
  ...meanLearner(new RandomStreams(1)),
  predict: (_: unknown, count: number) => Promise.resolve({ labels: new Int32Array(count).fill(3) }),
};

function check(memory: DreamSource, changes: Partial<DreamCheck> = {}) {
  return checkDreams({ learner: alwaysThree, memory, count: 8, random: randomStream(1), history: [], ...changes });
}

describe('the attractors of dreams', () => {
  it('are where walks without noise come to rest', async () => {
    const found = await attractorsOf(
      memoryOf([], (x) => Math.round(x)),
      labelled(Float32Array.of(0.1, 0.2, 0.4, 0.7, 1.4)),
    );
    expect(found).to.deep.equal({ distinct: 2, settled: 1, classes: 2 });
  });

  it('are all ends, where nothing rests', async () => {
    const away: DreamSource = {
      dream: () => Promise.resolve(undefined),
      reinject: (x) => Promise.resolve(labelled(x.map((v) => v + 1))),
    };
    expect(await attractorsOf(away, labelled(Float32Array.of(0.1, 0.2, 0.4)))).to.deep.equal({
      distinct: 3,
      settled: 0,
      classes: 1,
    });
  });
});

describe('the check of dreams', () => {
  it('counts the classes of the dreams as the teacher takes them', async () => {
    const { classes, histogram, metrics, count } = await check(memoryOf([0.1, 0.2, 0.3, 0.9]));
    expect([count, classes, histogram]).to.deep.equal([8, [3, 8], [6, 2]]);
    // ¾ ln 1.5 + ¼ ln 0.5
    expect(metrics['divergence']?.value).to.be.closeTo(0.130812, 1e-6);
    expect(metrics['classesMissing']?.value).to.equal(0);
  });

  it('asks the learner what it takes the dreams for, and the run what it took them for', async () => {
    const look = { task: 1, count: 8, classes: [3, 8], histogram: [4, 4] };
    const history = [0.5, 0.625, null].map((teacherAgreement) => ({ ...look, teacherAgreement }));
    const { metrics } = await check(memoryOf([0.1, 0.2, 0.3, 0.9]), { history });
    expect(metrics['teacherAgreement']?.value).to.equal(0.75);
    expect(metrics['teacherAgreementInRun']?.value).to.equal(0.625);
  });

  it('shows how many dreams were accepted of those proposed, all draws together, and the inferred noise scale', async () => {
    const { dream } = memoryOf([0.1, 0.9]);
    const choosy: DreamSource = {
      dream: async (count) => {
        const dreams = await dream(count);
        const noiseScale = { lambda: 0.5, divergence: 0.01 };
        return dreams && { ...dreams, acceptance: { proposed: count + 400, accepted: count - 200 }, noiseScale };
      },
    };
    // 1,200 dreams are drawn as 1,000 and 200: (800 + 0) of (1,400 + 600)
    const { metrics } = await check(choosy, { count: 1200 });
    expect(metrics['acceptanceRate']?.value).to.equal(0.4);
    expect(metrics['noiseScale']?.value).to.equal(0.5);
    const plain = await check(memoryOf([0.1, 0.9]));
    expect(plain.metrics).not.to.have.any.keys('acceptanceRate', 'noiseScale');
  });

  it('shows how far one more reinjection moves dreams, in value and in label', async () => {
    // 0.4 ↦ 0.7 changes its label, 1 ↦ 1 nothing: (0.3² + 0) / 2
    const { metrics } = await check(memoryOf([0.4, 1], () => 1));
    expect(metrics['labelStability']?.value).to.equal(0.5);
    expect(metrics['reconstructionError']?.value).to.be.closeTo(0.045, 1e-7);
  });

  it('shows how diverse they are, all together and within classes', async () => {
    const { metrics } = await check(memoryOf([0, 0.25, 1, 1]), { count: 4 });
    // Pairs: 0.25, 1, 1, 0.75, 0.75, 0; within classes: 0.25 and 0.
    expect(metrics['diversity']?.value).to.be.closeTo(3.75 / 6, 1e-7);
    expect(metrics['diversityWithinClasses']?.value).to.be.closeTo(0.125, 1e-7);
  });

  it('says that nothing was compared with real samples, and compares with none', async () => {
    const { metrics, notes } = await check(memoryOf([0.1]));
    expect(notes).to.deep.equal(['the data set was left alone: nothing is compared with real samples']);
    expect(Object.values(metrics).every(({ real }) => real === null)).to.equal(true);
    expect(metrics).not.to.have.any.keys('nearestReal', 'studentAccuracy');
  });

  it('leaves out, and says so, what needs reinjections where the memory offers none', async () => {
    const { dream } = memoryOf([0.1, 0.9]);
    const { metrics, notes } = await check({ dream });
    expect(notes[0]).to.match(/no single reinjections/);
    expect(metrics).to.have.any.keys('diversity');
    expect(metrics).not.to.have.any.keys('attractors', 'labelStability', 'reconstructionError');
  });

  describe('next to real samples', () => {
    const train = samplesOf(
      Array.from({ length: 20 }, (_, i) => [i]),
      Array.from({ length: 20 }, (_, i) => (i < 10 ? 3 : 8)),
    );
    const test = samplesOf([[0.25], [9.5], [19.25]], [3, 3, 8]);
    const learnt: (Dreams | Samples)[] = [];
    const real = {
      train,
      test,
      dreamsToLearn: 2500,
      trainStudent: (samples: Dreams | Samples) => Promise.resolve(learnt.push(samples) / 10),
    };

    it('measures how near to training samples dreams are, and unseen samples', async () => {
      const { metrics } = await check(memoryOf([4, 6.125, 7, 40]), { count: 4, real });
      // Dreams: 0, 0.125, 0, 21; unseen: 0.25, 0.5, 0.25.
      expect(metrics['nearestReal']).to.include({ value: 0.0625, real: 0.25 });
      // Three of four are below the 0.05-quantile of the unseen, 0.25, below which none of the unseen is.
      expect(metrics['closerThanUnseen']).to.include({ value: 0.75, real: 0 });
    });

    it('measures what the memory loses of unseen samples', async () => {
      const { metrics } = await check(
        memoryOf([1], () => 0),
        { real },
      );
      // (x/2)², mean over 0.25, 9.5 and 19.25
      expect(metrics['reconstructionError']?.real).to.be.closeTo((0.25 ** 2 + 9.5 ** 2 + 19.25 ** 2) / 12, 1e-4);
    });

    it('measures the diversity of training samples', async () => {
      const { metrics } = await check(memoryOf([1, 2]), { count: 20, real });
      // Mean |i − j| of n consecutive whole numbers: (n + 1) / 3, for all 20 and for the 10 of each class
      expect(metrics['diversity']?.real).to.be.closeTo(21 / 3, 1e-12);
      expect(metrics['diversityWithinClasses']?.real).to.be.closeTo(11 / 3, 1e-12);
    });

    it('has one student taught dreams, so many as asked for, and another the training samples', async () => {
      learnt.length = 0;
      const { metrics } = await check(memoryOf([0.1, 0.9]), { real });
      expect(metrics['studentAccuracy']).to.include({ value: 0.1, real: 0.2 });
      const [dreams, samples] = learnt;
      expect(dreams).to.include({ count: 2500 });
      expect(dreams !== undefined && 'features' in dreams && dreams.features.length).to.equal(2500);
      expect(samples).to.equal(train);
    });
  });

  it('gives each number a definition', async () => {
    const { metrics } = await check(memoryOf([0.1, 0.9]));
    for (const { definition } of Object.values(metrics)) expect(definition).to.match(/\.$/);
    expect(metrics['attractors']?.definition).to.include('from each of 8 dreams');
  });

  it('is refused for a memory that has nothing to dream of', async () => {
    const error = await captureError(() => check({ dream: () => Promise.resolve(undefined) }));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message).to.match(/consolidated nothing/);
  });

  it('is refused for dreams that are no numbers', async () => {
    const error = await captureError(() => drawDreams(memoryOf([0.5, NaN]), 2));
    expect(error.code).to.equal('diverged');
  });
});
