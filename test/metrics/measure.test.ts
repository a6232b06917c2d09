import { expect } from 'chai';
import { from, lastValueFrom, toArray } from 'rxjs';
import type { RunEvent } from '../../src/core/events.js';
import { measure, measuredNothing, takeIn } from '../../src/metrics/measure.js';

const batch = (losses: Record<string, number>): RunEvent => ({
  type: 'batch-trained',
  task: 1,
  iteration: 1,
  iterations: 2,
  losses,
});

const events: readonly RunEvent[] = [
  { type: 'run-started', scenario: 's', learner: 'l', seed: 1, engine: 'e', tasks: 2, resumedAfter: 0 },
  { type: 'task-started', task: 1, classes: [3, 4], samples: 10 },
  batch({ new: 1 }),
  { type: 'evaluated', task: 1, iteration: 1, moment: 'within', accuracies: [0.5], accuracy: 0.5 },
  { type: 'evaluated', task: 1, iteration: 2, moment: 'end', accuracies: [0.75], accuracy: 0.75 },
  { type: 'task-ended', task: 1, footprint: { memoryBytes: 8, storedSamples: 1 }, liveBuffers: 0 },
  { type: 'warning', code: 'w', message: 'careful' },
];

describe('what is measured from a run', () => {
  it('gathers tasks, matrix rows, any-time points, footprint and warnings', async () => {
    expect(await lastValueFrom(from(events).pipe(measure()))).to.deep.equal({
      tasks: [[3, 4]],
      rows: [[0.75]],
      anytime: [
        { task: 1, iteration: 1, accuracy: 0.5 },
        { task: 1, iteration: 2, accuracy: 0.75 },
      ],
      dreams: [],
      replays: false,
      footprint: { memoryBytes: 8, storedSamples: 1 },
      warnings: [{ code: 'w', message: 'careful' }],
    });
  });

  it('is told anew only when it grew', async () => {
    // Of the seven events run-started and batch-trained add nothing; the first value is always told.
    expect(await lastValueFrom(from(events).pipe(measure(), toArray()))).to.have.length(6);
  });

  it('knows a learner that replays by its dreams or by its replay loss', () => {
    const dreams: RunEvent = { type: 'dreams-drawn', task: 2, count: 3, classes: [3, 4], histogram: [1, 2] };
    expect(takeIn(measuredNothing, batch({ new: 1, replay: 0.5 })).replays).to.equal(true);
    expect(takeIn(measuredNothing, batch({ new: 1 })).replays).to.equal(false);
    expect(takeIn(measuredNothing, dreams)).to.deep.include({
      replays: true,
      dreams: [{ task: 2, count: 3, classes: [3, 4], histogram: [1, 2], teacherAgreement: null }],
    });
  });
});
