import { expect } from 'chai';
import type { Trial } from '../../../src/core/trial.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { SamplingStudy } from '../../../src/studies/sampling/sampling-result.js';
import { rowsWithTrials, type SamplingChoices } from '../../../src/studies/sampling/sampling-study.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { captureError } from '../../support/capture-error.js';
import { forbiddenSamples } from '../forbidden-samples.js';
import { runTrial } from '../run-trial.js';
import { blobs, studyOf, tinyChoices, tinyPlan, tinyRows } from './some-study.js';

describe('the sampling study', () => {
  let engine: Engine;
  let study: SamplingStudy;
  before(async function () {
    this.timeout(60_000);
    engine = await engineForTest();
    study = await studyOf(tinyChoices(engine), engine);
  });
  const accuracy = (name: string): number => study.rows.find((row) => row.name === name)?.accuracy ?? NaN;

  function trialOf(name: string, changes: Partial<SamplingChoices> = {}): Trial {
    const found = rowsWithTrials(tinyRows(engine), tinyChoices(engine, { ...changes, only: [name] }))[0];
    if (found === undefined) throw new Error(`no row ${name}`);
    return found.trial;
  }

  it('makes every row, in the order of the table, with a curve over the epochs', () => {
    expect(study.rows.map(({ name }) => name)).to.deep.equal([
      'ground-truth',
      'real',
      'random',
      'deep-ae',
      'shallow-ae',
      'deep-dae',
      'shallow-dae',
    ]);
    for (const { name, curve, accuracy: reached, walks, memoryLosses } of study.rows) {
      expect(curve).to.have.length(name === 'ground-truth' ? 30 : 2);
      expect(reached).to.equal(curve.at(-1));
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

  it('gives the same rows for the same seed, and others for another', async () => {
    expect(await studyOf(tinyChoices(engine), engine)).to.deep.equal(study);
    const other = await studyOf(tinyChoices(engine, { seed: 2, only: ['deep-dae'] }), engine);
    expect(other.rows[0]?.memoryLosses).to.not.deep.equal(
      study.rows.find(({ name }) => name === 'deep-dae')?.memoryLosses,
    );
  });

  it('makes a row alone, in a process of its own, the same as among the others', async () => {
    const alone = await studyOf(tinyChoices(engine, { only: ['shallow-dae'] }), engine);
    expect(alone.rows).to.deep.equal(study.rows.filter(({ name }) => name === 'shallow-dae'));
  });

  it('trains the ground truth classifier once for all rows of a seed in one process', async () => {
    const kind = tinyRows(engine);
    const stages = async (name: string, seed: number): Promise<readonly string[]> => {
      const { events } = await runTrial(kind, trialOf(name, { seed }));
      return [...new Set(events.map(({ stage }) => stage))];
    };
    expect(await stages('random', 1)).to.deep.equal(['teacher', 'student']);
    expect(await stages('deep-ae', 1)).to.deep.equal(['memory', 'student']);
    expect(await stages('random', 2)).to.deep.equal(['teacher', 'student']);
    expect(await stages('real', 3)).to.deep.equal(['student']);
  });

  it('says how much of a row is done, up to all of it', async () => {
    const { events } = await runTrial(tinyRows(engine), trialOf('deep-ae'));
    const done = events.flatMap((event) => (event.type === 'step-trained' ? [event.done] : []));
    expect(done.every((share, i) => share > (done[i - 1] ?? 0))).to.be.true;
    expect(done.at(-1)).to.be.closeTo(1, 1e-9);
  });

  it('stops in the middle of a row, and leaves nothing in the engine', async () => {
    const own = await engineForTest();
    const stop = new AbortController();
    const { result, events } = await runTrial(tinyRows(own), trialOf('deep-ae'), { signal: stop.signal }, (event) => {
      if (event.stage === 'student') stop.abort();
    });
    expect(result).to.equal(undefined);
    expect(events.at(-1)?.stage).to.equal('student');
    // Programs are disposed once their compilation is over, a moment later.
    await new Promise((resolve) => setImmediate(resolve));
    expect(own.liveBuffers()).to.equal(0);
  });

  it('has trials that do not depend on what the other rows are like', () => {
    const memories = tinyPlan.memories.map((memory) =>
      memory.name === 'deep-dae' ? { ...memory, epochs: 99 } : memory,
    );
    const changed = { plan: { ...tinyPlan, memories } };
    expect(trialOf('deep-ae', changed).digest).to.equal(trialOf('deep-ae').digest);
    expect(trialOf('deep-dae', changed).digest).to.not.equal(trialOf('deep-dae').digest);
  });

  it('looks at no test sample where it validates', async () => {
    const dataset = { ...blobs, test: forbiddenSamples(blobs.test) };
    const validated = await studyOf(tinyChoices(engine, { dataset, validate: true, only: ['deep-ae'] }), engine);
    expect(validated.measuredOn).to.equal('validation');
    expect(validated.rows[0]?.accuracy).to.be.above(0.7);
  });

  it('tries each of the walks to choose from on one memory, and takes the best', async () => {
    const walks = [
      { lambda: 100, jumps: 5, collect: 'reconstruction' },
      { lambda: 0.3, jumps: 5, collect: 'noisy' },
      { lambda: 0.01, jumps: 2, collect: 'noisy' },
    ] as const;
    const memories = tinyPlan.memories.map((memory) => ({ ...memory, walks }));
    const [row] = (await studyOf(tinyChoices(engine, { plan: { ...tinyPlan, memories }, only: ['deep-ae'] }), engine))
      .rows;
    expect(row?.walks.map(({ lambda, jumps, collect }) => ({ lambda, jumps, collect }))).to.deep.equal(walks);
    expect(row?.memoryLosses).to.have.length(20);
    expect(row?.accuracy).to.equal(Math.max(...(row?.walks.map(({ curve }) => curve.at(-1) ?? 0) ?? [])));
    const alone = study.rows.find(({ name }) => name === 'deep-ae')?.walks[0];
    expect(row?.walks[1], 'as it is without the others').to.deep.equal(alone);
  });

  it('says which rows there are when one is asked for that is not', async () => {
    const error = await captureError(() => rowsWithTrials(tinyRows(engine), tinyChoices(engine, { only: ['deep'] })));
    expect(error.code).to.equal('unknown-name');
    expect(error.message).to.include('"deep"').and.to.include('deep-ae').and.to.include('--row');
  });
});
