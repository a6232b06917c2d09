import { mkdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { from, lastValueFrom, map, toArray } from 'rxjs';
import type { RunEvent } from '../../src/core/events.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { eventLog, readEventLog } from '../../src/experiment/event-log.js';
import { accuracyMatrix, ofType, runState, throttleBatches } from '../../src/experiment/operators.js';
import { initialRunState, reduceRun, resultOf } from '../../src/experiment/reduce-run.js';
import { resultText } from '../../src/experiment/result-file.js';
import { captureError } from '../support/capture-error.js';
import { someRunStarted, someTaskEnded, someTaskStarted } from '../support/some-events.js';
import { eventsOf, resultIn, setupOf, temporaryFolder, withLearner } from './fixtures.js';

const batch = (losses: Record<string, number>, iteration = 1): RunEvent => ({
  type: 'batch-trained',
  task: 1,
  iteration,
  iterations: 2,
  losses,
});

const timings = { seconds: 3, learning: [2], evaluating: 1, peakMemoryMiB: 100 };
const confusion = { classes: [3, 4], counts: [[3, 1, 0], [1, 3, 0]] }; // prettier-ignore

const events: readonly RunEvent[] = [
  someRunStarted(),
  someTaskStarted(1, { classes: [3, 4], sampleShape: [2], evaluation: [{ name: 'classes 3, 4', samples: 8 }] }),
  batch({ new: 1 }),
  { type: 'evaluated', task: 1, iteration: 1, moment: 'within', accuracies: [0.5], accuracy: 0.5 },
  { type: 'evaluated', task: 1, iteration: 2, moment: 'end', accuracies: [0.75], accuracy: 0.75, confusion },
  someTaskEnded(1, { footprint: { memoryBytes: 8, storedSamples: 1 }, timings }),
  { type: 'warning', code: 'w', message: 'careful' },
];

describe('the state of a run', () => {
  const folder = temporaryFolder();

  it('gathers description, tasks, matrix rows, any-time points, confusion, footprint, warnings and timings', () => {
    const state = events.reduce(reduceRun, initialRunState);
    expect(state).to.deep.equal({
      description: {
        ...{ run: 's-l-1', scenario: 's', scenarioDigest: 'd', configuration: {}, learner: 'l', seed: 1, engine: 'e' },
        ...{ versions: { reverie: '0.1.0' }, tasks: 2 },
      },
      sampleShape: [2],
      tasks: [[3, 4]],
      testSizes: [8],
      rows: [[0.75]],
      anytime: [
        { task: 1, iteration: 1, accuracy: 0.5 },
        { task: 1, iteration: 2, accuracy: 0.75 },
      ],
      dreams: [],
      replays: false,
      footprint: { memoryBytes: 8, storedSamples: 1 },
      confusion,
      warnings: [{ code: 'w', message: 'careful' }],
      timings,
    });
    expect(resultOf(state).perClassAccuracy).to.deep.equal([
      { class: 3, accuracy: 0.75 },
      { class: 4, accuracy: 0.75 },
    ]);
  });

  it('knows a learner that replays by its dreams or by its replay loss', () => {
    const dreams: RunEvent = { type: 'dreams-drawn', task: 2, count: 3, classes: [3, 4], histogram: [1, 2] };
    expect(reduceRun(initialRunState, batch({ new: 1, replay: 0.5 })).replays).to.equal(true);
    expect(reduceRun(initialRunState, batch({ new: 1 })).replays).to.equal(false);
    expect(reduceRun(initialRunState, dreams)).to.deep.include({
      replays: true,
      dreams: [{ task: 2, count: 3, classes: [3, 4], histogram: [1, 2], teacherAgreement: null }],
    });
  });

  it('is the result of a run when it has ended: live, and byte for byte from its log', async () => {
    await mkdir(folder('run'));
    const setup = withLearner(
      // Not every tenth iteration has a replay loss: the log leaves most iterations out.
      { iterations: 25, instead: (event) => (event.type === 'batch-trained' ? { ...event, losses: { new: 1, replay: 2 } } : event) }, // prettier-ignore
      {
        evaluateEvery: 7,
        checkpoints: checkpointFolder(folder('run', 'checkpoints')),
        checkpointEvery: { iterations: 4 },
        observers: [eventLog(folder('run', 'events.jsonl'))],
      },
    );
    const live = await eventsOf(setup);
    const text = resultText(resultIn(live));
    expect(resultText(resultOf(live.reduce(reduceRun, initialRunState)))).to.equal(text);
    const logged = [...readEventLog(await readFile(folder('run', 'events.jsonl'), 'utf8'))];
    expect(logged.length).to.be.lessThan(live.length);
    expect(resultText(resultOf(logged.reduce(reduceRun, initialRunState)))).to.equal(text);
  });

  it('is no result before the run has begun', async () => {
    const error = await captureError(() => resultOf(initialRunState));
    expect(error.code).to.equal('bad-data');
  });
});

describe('operators over the events of a run', () => {
  it('give the state anew only when it grew', async () => {
    // Of the seven events only batch-trained adds nothing.
    expect(await lastValueFrom(from(events).pipe(runState(), toArray()))).to.have.length(6);
  });

  it('give the events of one type, with its type', async () => {
    const accuracies = from(events).pipe(ofType('evaluated'), map(({ accuracy }) => accuracy), toArray()); // prettier-ignore
    expect(await lastValueFrom(accuracies)).to.deep.equal([0.5, 0.75]);
  });

  it('give the accuracy matrix after each task', async () => {
    const matrices = await lastValueFrom(from(await eventsOf(setupOf())).pipe(accuracyMatrix(), toArray()));
    expect(matrices.map((matrix) => matrix.length)).to.deep.equal([1, 2, 3]);
    expect(matrices.at(-1)).to.deep.equal(resultIn(await eventsOf(setupOf())).accuracyMatrix);
  });

  it('let one batch pass in so many milliseconds, the last of a task, and everything else', async () => {
    let now = 0;
    const clock = (): number => (now += 10);
    const batches = [1, 2, 3, 4, 5, 6].map(
      (iteration): RunEvent => ({ ...batch({}), iteration, iterations: 6 }) as RunEvent,
    );
    const passed = await lastValueFrom(from([...batches, ...events]).pipe(throttleBatches(25, clock), toArray()));
    expect(passed.flatMap((event) => (event.type === 'batch-trained' ? [event.iteration] : []))).to.deep.equal([
      1, 4, 6,
    ]);
    expect(passed.length).to.equal(3 + events.length - 1);
  });
});

describe('the confusion counts of a result', () => {
  const ofClasses = (n: number) => ({
    ...reduceRun(initialRunState, someRunStarted()),
    confusion: {
      classes: Array.from({ length: n }, (_, i) => i),
      counts: Array.from({ length: n }, () => Array<number>(n + 1).fill(1)),
    },
  });

  it('are there up to 256 classes, so that a result stays small', () => {
    expect(resultOf(ofClasses(256)).confusion?.classes).to.have.length(256);
    expect(resultOf(ofClasses(257))).not.to.have.property('confusion');
  });
});
