import { expect } from 'chai';
import { lastValueFrom, tap, toArray } from 'rxjs';
import type { EncoderStudy } from '../../../src/studies/encoders/encoder-result.js';
import type { Samples } from '../../../src/core/dataset.js';
import { arraySamples } from '../../../src/core/array-samples.js';
import { samplesAsCodes } from '../../../src/representation/code-set.js';
import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { EncoderEvent } from '../../../src/studies/encoders/encoder-events.js';
import type { EncoderSetup, KeptArray } from '../../../src/studies/encoders/encoder-setup.js';
import { encoderStudy } from '../../../src/studies/encoders/encoder-study.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { forbiddenSamples } from '../forbidden-samples.js';
import { captureError } from '../../support/capture-error.js';
import { blobs, storeInMemory, tinyPlan, tinyStudy } from './some-encoder-study.js';

const eventsOf = (setup: EncoderSetup): Promise<EncoderEvent[]> => lastValueFrom(encoderStudy(setup).pipe(toArray()));

function studyIn(events: readonly EncoderEvent[]): EncoderStudy {
  const last = events.at(-1);
  if (last?.type !== 'study-completed') throw new Error(`the last event is ${last?.type ?? 'missing'}`);
  return last.study;
}

describe('an encoder study', () => {
  let engine: Engine;
  let events: readonly EncoderEvent[];
  let study: EncoderStudy;
  before(async () => {
    engine = await engineForTest();
    events = await eventsOf(tinyStudy(engine));
    study = studyIn(events);
  });

  it('has a cell for each arm and seed, seed by seed, each probed on every target', () => {
    expect(study.cells.map(({ arm, seed }) => `${arm} ${seed}`)).to.deep.equal([
      'vanilla, identity 1',
      'vanilla, icrst 1',
      'vanilla, identity 2',
      'vanilla, icrst 2',
    ]);
    for (const { probes, losses, steps } of study.cells) {
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
    const [cell] = studyIn(await eventsOf(tinyStudy(engine, { plan: { ...tinyPlan, probes, seeds: [1] } }))).cells;
    expect(cell?.probes.map(({ target }) => target)).to.deep.equal(['classes', 'inverted, unseen']);
    expect(cell?.probes[0]).to.deep.equal(study.cells[0]?.probes[0]);
  });

  it('compares each arm with the identity, over the same seeds', () => {
    const row = study.summary.probes.find(({ arm, measure }) => arm === 'vanilla, icrst' && measure === 'accuracy');
    const of = (arm: string): number[] =>
      study.cells.filter((cell) => cell.arm === arm).map(({ probes }) => probes[0]?.accuracy ?? NaN);
    const differences = of('vanilla, icrst').map((value, i) => value - (of('vanilla, identity')[i] ?? NaN));
    expect(row?.difference?.against).to.equal('vanilla, identity');
    expect(row?.difference?.mean).to.be.closeTo(((differences[0] ?? NaN) + (differences[1] ?? NaN)) / 2, 1e-12);
  });

  it('measures codes and reconstructions, and says why what does not exist is absent', () => {
    const { measures = {}, absent = {} } = study.cells[0] ?? {};
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
    const plan = { ...tinyPlan, samples: { train: 40, test: 20, probe: 40 }, groupings: [], seeds: [1] };
    const own = { ...dataset, train: colour(dataset.train), test: colour(dataset.test) };
    const [cell] = studyIn(await eventsOf(tinyStudy(engine, { dataset: own, plan }))).cells;
    expect(cell?.measures.ssim).to.be.within(-1, 1);
    expect(cell?.absent).not.to.have.property('ssim');
  });

  it('comes out the same for the same seed, and an arm alone as among others', async () => {
    const [, icrst] = tinyPlan.arms;
    const alone = studyIn(
      await eventsOf(tinyStudy(engine, { plan: { ...tinyPlan, arms: icrst === undefined ? [] : [icrst] } })),
    );
    expect(alone.cells).to.deep.equal(study.cells.filter(({ arm }) => arm === 'vanilla, icrst'));
  });

  it('starts arms of one seed from the same parameters and samples: with p = 0, ICRST takes the step of the identity', async () => {
    const arms = tinyPlan.arms.map((arm) =>
      arm.encoder.name === 'icrst' ? { ...arm, encoder: { name: 'icrst', options: { p: 0 } } } : arm,
    );
    const told = await eventsOf(tinyStudy(engine, { plan: { ...tinyPlan, arms, seeds: [1] } }));
    const losses = new Map<string, number>();
    for (const event of told) {
      if (event.type === 'autoencoder-trained' && !losses.has(event.arm)) losses.set(event.arm, event.loss);
    }
    expect([...losses.keys()]).to.deep.equal(['vanilla, identity', 'vanilla, icrst']);
    expect(losses.get('vanilla, icrst')).to.equal(losses.get('vanilla, identity'));
  });

  it('tells how much is done, up to all of it', () => {
    const done = events.flatMap((event) => ('done' in event ? [event.done] : []));
    expect(done.every((share, i) => share > (done[i - 1] ?? 0))).to.be.true;
    expect(done.at(-1)).to.be.closeTo(1, 1e-9);
  });

  it('keeps what is finished when it is stopped, and goes on to the same result', async () => {
    const store = storeInMemory();
    const stop = new AbortController();
    const stopped = await lastValueFrom(
      encoderStudy(tinyStudy(engine, { store, stop: stop.signal })).pipe(
        tap((event) => {
          if (event.type === 'autoencoder-trained' && event.seed === 2) stop.abort();
        }),
        toArray(),
      ),
    );
    expect(stopped.at(-1)?.type).to.equal('autoencoder-trained');
    expect([...store.cells.keys()]).to.deep.equal(['vanilla-identity-1', 'vanilla-icrst-1']);

    const resumed = await eventsOf(tinyStudy(engine, { store }));
    expect(resumed[0]).to.deep.include({
      type: 'study-started',
      cells: ['vanilla, identity, seed 2', 'vanilla, icrst, seed 2'],
    });
    expect(studyIn(resumed)).to.deep.equal(study);
  });

  it('looks at no test sample where it validates', async () => {
    const dataset = { ...blobs, test: forbiddenSamples(blobs.test) };
    const plan = { ...tinyPlan, seeds: [1] };
    const validated = studyIn(await eventsOf(tinyStudy(engine, { dataset, plan, validate: true })));
    expect(validated.measuredOn).to.equal('validation');
    expect(validated.cells).to.have.length(2);
  });

  it('keeps codes of every cell and maps of the first seed, where they are asked for', async () => {
    const kept: KeptArray[] = [];
    await eventsOf(tinyStudy(engine, { codes: true, maps: ['pca'] }, kept));
    const ofCell = (cell: string): string[] =>
      kept.filter((array) => array.cell === cell).map(({ what, shape }) => `${what} ${shape.join('×')}`);
    const codes = ['train-codes 60×2', 'train-labels 60', 'test-codes 45×2', 'test-labels 45'];
    expect(ofCell('vanilla-icrst-1')).to.deep.equal([...codes, 'pca-map 10×2', 'pca-map-labels 10']);
    expect(ofCell('vanilla-icrst-2')).to.deep.equal(codes);
  });

  it('leaves nothing in the engine', async () => {
    const own = await engineForTest();
    await eventsOf(tinyStudy(own, { plan: { ...tinyPlan, seeds: [1] } }));
    // Programs are disposed once their compilation is over, a moment later.
    await new Promise((resolve) => setImmediate(resolve));
    expect(own.liveBuffers()).to.equal(0);
  });

  it('refuses two arms whose files would have one name', async () => {
    const [arm] = tinyPlan.arms;
    const arms = arm === undefined ? [] : [arm, { ...arm, name: 'vanilla identity' }];
    const error = await captureError(() => eventsOf(tinyStudy(engine, { plan: { ...tinyPlan, arms } })));
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.include('"vanilla, identity" and "vanilla identity"').and.to.include('label');
  });
});
