import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { arraySamples } from '../../../src/core/array-samples.js';
import type { Dataset, Samples } from '../../../src/core/dataset.js';
import type { Trial } from '../../../src/core/trial.js';
import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Engine } from '../../../src/engine/engine.js';
import { samplesAsCodes } from '../../../src/representation/code-set.js';
import { checkNames, type EncoderPlan } from '../../../src/studies/encoders/encoder-plan.js';
import type { EncoderStudy, EncoderArm, EncoderTrial } from '../../../src/studies/encoders/encoder-result.js';
import { encoderTrialsOf, summarise } from '../../../src/studies/encoders/encoder-study.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { temporaryFolder } from '../../experiment/fixtures.js';
import { captureError } from '../../support/capture-error.js';
import { forbiddenSamples } from '../forbidden-samples.js';
import { runTrial } from '../run-trial.js';
import { blobs, studyOf, tinyChoices, tinyPlan, tinyTrials } from './some-encoder-study.js';

describe('an encoder study', () => {
  const path = temporaryFolder();
  let engine: Engine;
  let study: EncoderStudy;
  before(async () => {
    engine = await engineForTest();
    study = await studyOf(tinyChoices(engine), engine);
  });

  /** A study of one seed, with these changes. */
  const studyWith = (changes: Partial<EncoderPlan>, dataset: Dataset = blobs): Promise<EncoderStudy> =>
    studyOf(tinyChoices(engine, { dataset, plan: { ...tinyPlan, seeds: [1], ...changes } }), engine);

  it('has a trial for each arm and seed, seed by seed, each probed on every target', () => {
    expect(study.trials.map(({ arm, seed }) => `${arm} ${seed}`)).to.deep.equal([
      'vanilla, identity 1',
      'vanilla, icrst 1',
      'vanilla, identity 2',
      'vanilla, icrst 2',
    ]);
    for (const { probes, losses, steps } of study.trials) {
      expect(probes.map(({ target, probe }) => `${probe}: ${target}`)).to.deep.equal([
        'knn: classes',
        'knn: inverted, unseen',
        'knn: first',
        'knn: inverted',
      ]);
      expect(losses).to.have.length(3);
      expect(steps).to.equal(9);
    }
  });

  it('finds the classes of blobs in their codes, and a group more easily than a class', () => {
    const accuracy = (target: string): number =>
      study.summary.probes.find((row) => row.target === target && row.measure === 'accuracy')?.mean ?? NaN;
    // Chance is 1/3.
    expect(accuracy('classes')).to.be.above(0.6);
    expect(accuracy('first')).to.be.at.least(accuracy('classes'));
  });

  it('asks a probe that takes long for the classes alone, and the domains where it knows none', async () => {
    const probes = [{ name: 'knn', options: { k: 3 }, targets: 'classes' }] as const;
    const [trial] = (await studyWith({ probes })).trials;
    expect(trial?.probes.map(({ target }) => target)).to.deep.equal(['classes', 'inverted, unseen']);
    expect(trial?.probes[0]).to.deep.equal(study.trials[0]?.probes[0]);
  });

  it('compares each arm with the identity, over the same seeds', () => {
    const row = study.summary.probes.find(({ arm, measure }) => arm === 'vanilla, icrst' && measure === 'accuracy');
    const of = (arm: string): number[] =>
      study.trials.filter((trial) => trial.arm === arm).map(({ probes }) => probes[0]?.accuracy ?? NaN);
    const differences = of('vanilla, icrst').map((value, i) => value - (of('vanilla, identity')[i] ?? NaN));
    expect(row?.difference?.against).to.equal('vanilla, identity');
    expect(row?.difference?.mean).to.be.closeTo(((differences[0] ?? NaN) + (differences[1] ?? NaN)) / 2, 1e-12);
  });

  it('measures codes and reconstructions, and says why what does not exist is absent', () => {
    const { measures = {}, absent = {} } = study.trials[0] ?? {};
    expect(measures.compression).to.equal(2);
    expect(measures.rmse).to.be.within(measures.mae ?? 1, 1);
    // 45 codes of blobs of three classes: up to log 3 of the class, up to ψ(45) − ψ(3) = 2.87 of the sample.
    expect(measures.classInformation).to.be.within(0.3, Math.log(3) + 0.1);
    expect(measures.sampleInformation).to.be.within(0.3, 2.87);
    expect(absent).to.deep.equal({
      ssim: 'samples of shape [4] are no images',
      localSampleInformation: '45 codes are too few for neighbourhoods of 50',
    });
  });

  it('measures the structural similarity of colour images', async () => {
    const dataset = syntheticDataset({
      ...{ classes: 2, width: 12 * 12 * 3, trainPerClass: 20, testPerClass: 10, spread: 0.1, seed: 1 },
    });
    const colour = (samples: Samples): Samples =>
      arraySamples({ ...samplesAsCodes(samples), features: samplesAsCodes(samples).codes, shape: [12, 12, 3] });
    const own = { ...dataset, train: colour(dataset.train), test: colour(dataset.test) };
    const [trial] = (await studyWith({ samples: { train: 40, test: 20, probe: 40 }, groupings: [] }, own)).trials;
    expect(trial?.measures.ssim).to.be.within(-1, 1);
    expect(trial?.absent).not.to.have.property('ssim');
  });

  it('comes out the same for the same seed, and an arm alone as among others', async () => {
    const plan = { ...tinyPlan, arms: tinyPlan.arms.slice(1) };
    const alone = await studyOf(tinyChoices(engine, { plan }), engine);
    expect(alone.trials).to.deep.equal(study.trials.filter(({ arm }) => arm === 'vanilla, icrst'));
  });

  it('starts arms of one seed from the same parameters and samples: with p = 0, ICRST takes the step of the identity', async () => {
    const arms = tinyPlan.arms.map((arm) =>
      arm.encoder.name === 'icrst' ? { ...arm, encoder: { name: 'icrst', options: { p: 0 } } } : arm,
    );
    const [identity, icrst] = (await studyWith({ arms, training: { epochs: 1, batchSize: 60 } })).trials;
    expect(icrst?.losses[0]).to.equal(identity?.losses[0]);
    expect((await studyWith({ training: { epochs: 1, batchSize: 60 } })).trials[1]?.losses[0]).not.to.equal(
      identity?.losses[0],
    );
  });

  it('says how much of a trial is done, up to all of it', async () => {
    const { events } = await runTrial(tinyTrials(engine), firstTrial(engine));
    const done = events.map((event) => event.done);
    expect(done.every((share, i) => share > (done[i - 1] ?? 0))).to.be.true;
    expect(done.at(-1)).to.be.closeTo(1, 1e-9);
  });

  it('stops in the middle of a trial, and leaves nothing in the engine', async () => {
    const own = await engineForTest();
    const stop = new AbortController();
    const { result } = await runTrial(tinyTrials(own), firstTrial(own), { signal: stop.signal }, () => {
      stop.abort();
    });
    expect(result).to.equal(undefined);
    // Programs are disposed once their compilation is over, a moment later.
    await new Promise((resolve) => setImmediate(resolve));
    expect(own.liveBuffers()).to.equal(0);
  });

  it('looks at no test sample where it validates', async () => {
    const dataset = { ...blobs, test: forbiddenSamples(blobs.test) };
    const plan = { ...tinyPlan, seeds: [1] };
    const validated = await studyOf(tinyChoices(engine, { dataset, plan, validate: true }), engine);
    expect(validated.measuredOn).to.equal('validation');
    expect(validated.trials).to.have.length(2);
  });

  it('keeps codes of every trial and maps of the first seed, where they are asked for', async () => {
    const kind = tinyTrials(engine);
    const trials = encoderTrialsOf(kind, tinyChoices(engine, { codes: true, maps: ['pca'] }));
    const keptBy = async (at: number): Promise<readonly string[]> => {
      const trial = trials[at] ?? firstTrial(engine);
      await runTrial(kind, trial, { directory: path(String(at)) });
      return readdir(path(String(at)));
    };
    const codes = ['train-codes', 'train-labels', 'test-codes', 'test-labels'].map((name) => `${name}.npy`);
    expect(await keptBy(1)).to.have.members([...codes, 'pca-map.npy', 'pca-map-labels.npy']);
    expect(await keptBy(3)).to.have.members(codes);
    expect((await readFile(path('1', 'pca-map.npy'))).subarray(0, 128).toString('latin1')).to.include(
      "'shape': (10, 2)",
    );
  });

  it('has trials that do not depend on the other arms, nor on what an arm is compared with', () => {
    const digests = (plan: EncoderPlan): readonly string[] =>
      encoderTrialsOf(tinyTrials(engine), tinyChoices(engine, { plan })).map(({ digest }) => digest);
    const [, icrst] = digests({ ...tinyPlan, seeds: [1] });
    const alone = tinyPlan.arms.slice(1).map(({ name, autoencoder, encoder }) => ({ name, autoencoder, encoder }));
    expect(digests({ ...tinyPlan, arms: alone, seeds: [1] })).to.deep.equal([icrst]);
    expect(digests({ ...tinyPlan, arms: alone, seeds: [1], training: { epochs: 4, batchSize: 20 } })).to.not.include(
      icrst,
    );
  });

  it('is compared by the measures of its probes and its codes, each with its definition', () => {
    const [trial] = study.trials;
    const measurements = trial === undefined ? [] : tinyTrials(engine).measurements(trial);
    expect(measurements.map(({ name }) => name)).to.include.members(['classes: knn, accuracy', 'classInformation']);
    for (const { value, definition } of measurements) {
      expect(value).to.be.finite;
      expect(definition).to.match(/^.{10,}/);
    }
  });

  it('refuses two arms whose files would have one name', async () => {
    const [arm] = tinyPlan.arms;
    const arms = arm === undefined ? [] : [arm, { ...arm, name: 'vanilla identity' }];
    const error = await captureError(() => {
      checkNames({ ...tinyPlan, arms });
    });
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.include('"vanilla, identity" and "vanilla identity"').and.to.include('label');
  });

  function firstTrial(own: Engine): Trial {
    const [trial] = encoderTrialsOf(tinyTrials(own), tinyChoices(own));
    if (trial === undefined) throw new Error('the study has no trial');
    return trial;
  }
});

const arm = (name: string, against?: string): EncoderArm => ({
  name,
  autoencoder: 'vanilla',
  encoder: name,
  ...(against === undefined ? {} : { against }),
});

const trial = (name: string, seed: number, accuracy: number): EncoderTrial => ({
  arm: name,
  seed,
  losses: [1],
  bestEpoch: 1,
  steps: 1,
  probes: [{ target: 'classes', probe: 'linear', accuracy, macroF1: accuracy }],
  measures: { rmse: accuracy },
  absent: {},
  seconds: 1,
});

const arms = [arm('identity'), arm('icrst', 'identity'), arm('trst', 'identity')];
const trials = [
  ...[0.8, 0.82, 0.84].map((value, i) => trial('identity', i + 1, value)),
  ...[0.85, 0.86, 0.9].map((value, i) => trial('icrst', i + 1, value)),
  ...[0.79, 0.83, 0.83].map((value, i) => trial('trst', i + 1, value)),
];
const rows = summarise(arms, trials).probes.filter(({ measure }) => measure === 'accuracy');

describe('the summary of an encoder study', () => {
  it('has the mean over seeds and its interval by Student: t(2) = 4.3027 for 95 %', () => {
    expect(rows.map(({ arm: name }) => name)).to.deep.equal(['identity', 'icrst', 'trst']);
    // Deviation 0.02: 0.82 ± 4.3027 · 0.02 / √3.
    expect(rows[0]?.mean).to.be.closeTo(0.82, 1e-12);
    expect(rows[0]?.interval?.[1]).to.be.closeTo(0.82 + (4.302653 * 0.02) / Math.sqrt(3), 1e-6);
    expect(rows[0]).not.to.have.property('difference');
  });

  it('has the difference by pairs of seeds, and its p-value', () => {
    // 0.05, 0.04, 0.06: mean 0.05, deviation 0.01, t = 8.6603 with 2 degrees of freedom, p = 1 − t/√(t² + 2) = 0.01307.
    const { difference } = rows[1] ?? {};
    expect(difference?.mean).to.be.closeTo(0.05, 1e-12);
    expect(difference?.p).to.be.closeTo(0.013072, 1e-5);
  });

  it('adjusts p-values over the arms of a column, by Holm', () => {
    // The smaller of two counts twice, the larger once.
    const [icrst, trst] = [rows[1]?.difference, rows[2]?.difference];
    expect(icrst?.adjusted).to.be.closeTo(2 * (icrst?.p ?? NaN), 1e-12);
    expect(trst?.adjusted).to.be.closeTo(trst?.p ?? NaN, 1e-12);
  });

  it('has no interval and no p-value for one seed', () => {
    const [, one] = summarise(
      arms,
      trials.filter(({ seed }) => seed === 1),
    ).probes;
    expect(one?.difference).to.deep.equal({ against: 'identity', mean: 0.85 - 0.8 });
    expect(one).not.to.have.property('interval');
  });

  it('compares the seeds that both have, whatever the order of trials', () => {
    const fewer = trials.filter(({ arm: name, seed }) => name !== 'identity' || seed > 1).reverse();
    const icrst = summarise(arms, fewer).probes.find(({ arm: name }) => name === 'icrst');
    expect(icrst?.difference?.mean).to.be.closeTo(0.05, 1e-12);
    expect(icrst?.count).to.equal(3);
  });

  it('averages what codes are like', () => {
    expect(summarise(arms, trials).measures.find((row) => row.arm === 'identity')).to.deep.include({
      measure: 'rmse',
      count: 3,
    });
  });
});
