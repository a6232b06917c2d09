import { expect } from 'chai';
import type { LearnerEvent } from '../../src/core/events.js';
import { endWarnings } from '../../src/experiment/end-warnings.js';
import { initialRunState, type RunState } from '../../src/experiment/reduce-run.js';
import { meanLearner } from './fake-learner.js';
import { eventsOf, resultIn, setupOf } from './fixtures.js';

const look = (task: number, histogram: readonly number[]) => ({
  task,
  count: histogram.reduce((sum, count) => sum + count, 0),
  classes: histogram.map((_, i) => i),
  histogram,
  teacherAgreement: null,
});

/** Two tasks of two classes; chance after both is 1/4. */
const twoTasks = (changes: Partial<RunState>): RunState => ({
  ...initialRunState,
  tasks: [[0, 1], [2, 3]], // prettier-ignore
  rows: [[1], [0.9, 1]],
  ...changes,
});
const codes = (measured: RunState): string[] => endWarnings(measured).map((warning) => warning.code);

describe('warnings at the end of a run', () => {
  it('are none for a healthy one', () => {
    expect(endWarnings(twoTasks({ replays: true, dreams: [look(1, [5, 5]), look(2, [3, 3, 2, 2])] }))).to.deep.equal(
      [],
    );
  });

  it('report classes that nobody dreamt of in the last look of a task', () => {
    const dreams = [look(1, [10, 0]), look(1, [5, 5]), look(2, [8, 0, 2, 0])];
    const [warning, ...rest] = endWarnings(twoTasks({ replays: true, dreams }));
    expect(rest).to.deep.equal([]);
    expect(warning?.code).to.equal('dreams-miss-a-class');
    // Task 1 is well: its later look, after all, has both classes.
    expect(warning?.message).to.match(/dreams miss seen classes: 1, 3 in task 2 \(of 10 dreams\); .*try a sampler/);
  });

  it('say nothing of looks at no dreams', () => {
    expect(codes(twoTasks({ replays: true, dreams: [look(1, [0, 0])] }))).to.deep.equal([]);
  });

  it('report replay that leaves earlier tasks at chance, or below', () => {
    for (const earlier of [0, 0.25]) {
      const [warning] = endWarnings(twoTasks({ replays: true, rows: [[1], [earlier, 1]] }));
      expect(warning?.code).to.equal('replay-does-nothing');
      expect(warning?.message).to.match(/^replay is no better than fine-tuning: .*chance is 0\.250/);
    }
    expect(codes(twoTasks({ replays: true, rows: [[1], [0.26, 1]] }))).to.deep.equal([]);
  });

  it('say nothing of a learner that does not replay, nor of a single task', () => {
    expect(codes(twoTasks({ replays: false, rows: [[1], [0, 1]] }))).to.deep.equal([]);
    expect(codes({ ...initialRunState, tasks: [[0, 1]], rows: [[0]], replays: true })).to.deep.equal([]);
  });

  it('fit a screen after twenty tasks of five classes, with counts of what they leave out', () => {
    const dreams = Array.from({ length: 20 }, (_, i) => ({
      task: i + 1,
      count: 1000,
      classes: Array.from({ length: 5 * (i + 1) }, (_class, label) => label),
      histogram: Array.from({ length: 5 * (i + 1) }, (_class, label) => (label === 0 ? 1000 : 0)),
      teacherAgreement: null,
    }));
    const [warning] = endWarnings({ ...initialRunState, dreams });
    expect(warning?.message).to.include('1, 2, 3, 4, 5, 6, 7, 8 … and 91 more in task 20 (of 1000 dreams)');
    expect(warning?.message).to.include('and in 17 earlier tasks');
    expect(warning?.message).to.have.length.below(500);
  });

  it('are events before the run is completed, and part of the result, next to the learner’s own', async () => {
    const useless = (event: LearnerEvent): LearnerEvent => {
      if (event.type !== 'batch-trained') return event;
      const { task, iteration } = event;
      if (iteration === 1) return { type: 'warning', code: 'own', message: `in task ${task}` };
      if (iteration === 2) return { type: 'dreams-drawn', task, count: 4, classes: [0, 1], histogram: [4, 0] };
      return { ...event, losses: { new: 1, replay: 1 } };
    };
    const setup = setupOf({
      createLearner: (random) => {
        const learner = meanLearner(random, { instead: useless });
        // Always the newest class: right in half of the last task, and never before.
        let newest = 0;
        return Promise.resolve({
          ...learner,
          learn(experience) {
            newest = Math.max(...experience.classes);
            return learner.learn(experience);
          },
          predict: (_, count) => Promise.resolve({ labels: new Int32Array(count).fill(newest) }),
        });
      },
    });
    const events = await eventsOf(setup);
    expect(events.slice(-3).map((event) => (event.type === 'warning' ? event.code : event.type))).to.deep.equal([
      'dreams-miss-a-class',
      'replay-does-nothing',
      'run-completed',
    ]);
    expect(resultIn(events).warnings.map(({ code }) => code)).to.deep.equal([
      'own',
      'own',
      'own',
      'dreams-miss-a-class',
      'replay-does-nothing',
    ]);
    expect(resultIn(events).dreams).to.have.length(3);
  });
});
