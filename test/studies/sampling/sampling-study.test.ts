import { expect } from 'chai';
import { lastValueFrom, tap, toArray } from 'rxjs';
import type { SamplingStudy } from '../../../src/studies/sampling/sampling-result.js';
import type { Engine } from '../../../src/engine/engine.js';
import { samplingStudy } from '../../../src/studies/sampling/sampling-study.js';
import type { StudyEvent } from '../../../src/studies/sampling/study-events.js';
import type { StudySetup } from '../../../src/studies/sampling/study-setup.js';
import { forbiddenSamples } from '../forbidden-samples.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { blobs, storeInMemory, tinyPlan, tinyStudy } from './some-study.js';

const eventsOf = (setup: StudySetup): Promise<StudyEvent[]> => lastValueFrom(samplingStudy(setup).pipe(toArray()));

function studyIn(events: readonly StudyEvent[]): SamplingStudy {
  const last = events.at(-1);
  if (last?.type !== 'study-completed') throw new Error(`the last event is ${last?.type ?? 'missing'}`);
  return last.study;
}

describe('the sampling study', () => {
  let engine: Engine;
  let events: readonly StudyEvent[];
  let study: SamplingStudy;
  before(async function () {
    this.timeout(60_000);
    engine = await engineForTest();
    events = await eventsOf(tinyStudy(engine));
    study = studyIn(events);
  });
  const accuracy = (name: string): number => study.cells.find((cell) => cell.name === name)?.accuracy ?? NaN;

  it('makes every cell, in the order of the table, with a curve over the epochs', () => {
    expect(study.cells.map(({ name }) => name)).to.deep.equal([
      'ground-truth',
      'real',
      'random',
      'deep-ae',
      'shallow-ae',
      'deep-dae',
      'shallow-dae',
    ]);
    for (const { name, curve, accuracy, walks, memoryLosses } of study.cells) {
      expect(curve).to.have.length(name === 'ground-truth' ? 30 : 2);
      expect(accuracy).to.equal(curve.at(-1));
      expect(walks).to.have.length(name.includes('ae') ? 1 : 0);
      expect(memoryLosses).to.have.length(name.includes('ae') ? (name.startsWith('deep') ? 20 : 10) : 0);
    }
  });

  it('teaches a classifier by dreams alone', () => {
    expect(accuracy('ground-truth')).to.be.above(0.95);
    expect(accuracy('real')).to.be.above(0.95);
    // Chance is 1/3, and noise that is labelled alike teaches little more.
    expect(accuracy('deep-ae')).to.be.above(0.8);
    expect(accuracy('random')).to.be.below(0.6);
  });

  it('gives the same cells for the same seed, and others for another', async () => {
    expect(studyIn(await eventsOf(tinyStudy(engine)))).to.deep.equal(study);
    const only = ['deep-dae'];
    const other = studyIn(await eventsOf(tinyStudy(engine, { seed: 2, only })));
    expect(other.cells[0]?.memoryLosses).to.not.deep.equal(
      study.cells.find(({ name }) => name === 'deep-dae')?.memoryLosses,
    );
  });

  it('makes a cell alone the same as among the others', async () => {
    const alone = studyIn(await eventsOf(tinyStudy(engine, { only: ['shallow-dae'] })));
    expect(alone.cells).to.deep.equal(study.cells.filter(({ name }) => name === 'shallow-dae'));
  });

  it('tells how much is done, up to all of it', () => {
    const done = events.flatMap((event) => (event.type === 'step-trained' ? [event.done] : []));
    expect(done.every((share, i) => share > (done[i - 1] ?? 0))).to.be.true;
    expect(done.at(-1)).to.be.closeTo(1, 1e-9);
  });

  it('keeps what is finished when it is stopped, and goes on to the same result', async () => {
    const store = storeInMemory();
    const stop = new AbortController();
    const stopped = await lastValueFrom(
      samplingStudy(tinyStudy(engine, { store, stop: stop.signal })).pipe(
        tap((event) => {
          if (event.type === 'step-trained' && event.cell === 'shallow-ae' && event.stage === 'student') stop.abort();
        }),
        toArray(),
      ),
    );
    expect(stopped.at(-1)?.type).to.equal('step-trained');
    expect([...store.cells.keys()]).to.deep.equal(['ground-truth', 'real', 'random', 'deep-ae']);
    expect(store.finished).to.deep.equal([]);

    const resumed = await eventsOf(tinyStudy(engine, { store }));
    expect(resumed[0]).to.deep.include({
      type: 'study-started',
      cells: ['Shallow AE', 'Deep DAE', 'Shallow DAE'],
      kept: study.cells.slice(0, 4),
    });
    expect(studyIn(resumed)).to.deep.equal(study);
    expect(store.finished).to.deep.equal([study]);
  });

  it('trains nothing where everything is finished', async () => {
    const store = storeInMemory();
    for (const cell of study.cells) await store.write(cell);
    const again = await eventsOf(tinyStudy(engine, { store }));
    expect(again.map(({ type }) => type)).to.deep.equal(['study-started', 'study-completed']);
    expect(studyIn(again)).to.deep.equal(study);
  });

  it('looks at no test sample where it validates', async () => {
    const dataset = { ...blobs, test: forbiddenSamples(blobs.test) };
    const validated = studyIn(await eventsOf(tinyStudy(engine, { dataset, validate: true, only: ['deep-ae'] })));
    expect(validated.measuredOn).to.equal('validation');
    expect(validated.cells[0]?.accuracy).to.be.above(0.7);
  });

  it('tries each of the walks to choose from on one memory, and takes the best', async () => {
    const walks = [
      { lambda: 100, jumps: 5, collect: 'reconstruction' },
      { lambda: 0.3, jumps: 5, collect: 'noisy' },
      { lambda: 0.01, jumps: 2, collect: 'noisy' },
    ] as const;
    const memories = tinyPlan.memories.map((memory) => ({ ...memory, walks }));
    const [cell] = studyIn(
      await eventsOf(tinyStudy(engine, { plan: { ...tinyPlan, memories }, only: ['deep-ae'] })),
    ).cells;
    expect(cell?.walks.map(({ lambda, jumps, collect }) => ({ lambda, jumps, collect }))).to.deep.equal(walks);
    expect(cell?.memoryLosses).to.have.length(20);
    expect(cell?.accuracy).to.equal(Math.max(...(cell?.walks.map(({ curve }) => curve.at(-1) ?? 0) ?? [])));
    const alone = study.cells.find(({ name }) => name === 'deep-ae')?.walks[0];
    expect(cell?.walks[1], 'as it is without the others').to.deep.equal(alone);
  });

  it('leaves nothing in the engine', async () => {
    const own = await engineForTest();
    await eventsOf(tinyStudy(own, { only: ['deep-dae', 'random'] }));
    // Programs are disposed once their compilation is over, a moment later.
    await new Promise((resolve) => setImmediate(resolve));
    expect(own.liveBuffers()).to.equal(0);
  });

  it('says which cells there are when one is asked for that is not', async () => {
    const error = await captureError(() => eventsOf(tinyStudy(engine, { only: ['deep'] })));
    expect(error.code).to.equal('unknown-name');
    expect(error.message).to.include('"deep"').and.to.include('deep-ae').and.to.include('--cell');
  });
});
