import { expect } from 'chai';
import type { LearnerEvent, Warning } from '../../src/core/events.js';
import { ReverieError } from '../../src/core/errors.js';
import type { Experience } from '../../src/core/experience.js';
import type { Learner } from '../../src/core/learner.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { run } from '../../src/experiment/run.js';
import { errorOf, eventsOf, resultIn, temporaryFolder, withMethods } from './fixtures.js';

/** What a learner in plain JavaScript may answer with. */
const answering = (answer: (count: number) => unknown): Partial<Learner> => ({
  predict: ((_: Float32Array, count: number) => Promise.resolve(answer(count))) as Learner['predict'],
});

describe('what a learner answers', () => {
  const folder = temporaryFolder();

  it('is warned of, once and with counts, where it is no class seen so far', async () => {
    // Three tasks of 16 test samples each, with classes 0 to 5: 77 is none of them.
    const events = await eventsOf(withMethods(answering((count) => ({ labels: new Int32Array(count).fill(77) }))));
    const warnings = events.filter((event): event is Warning => event.type === 'warning');
    expect(warnings.map(({ code }) => code)).to.deep.equal(['predicts-unseen-classes']);
    expect(warnings[0]?.message).to.match(
      /^16 of 16 predictions in task 1 .*: 77 \(16 times\); seen are 0, 1; .*positions/,
    );
    const types = events.map(({ type }) => type);
    expect(types.indexOf('warning')).to.equal(types.indexOf('evaluated') + 1);
    expect(resultIn(events).metrics['accuracyOverSamples']?.value).to.equal(0);
  });

  it('may be a bare list of labels, as plug-ins of version 0.1 give it', async () => {
    const events = await eventsOf(withMethods(answering((count) => new Int32Array(count).fill(1))));
    // Class 1 is one of six.
    expect(resultIn(events).metrics['accuracyOverSamples']?.value).to.be.closeTo(1 / 6, 1e-12);
  });

  for (const [what, answer, message] of [
    ['not a number', (n: number) => ({ labels: Array(n).fill(NaN) as number[] }), /gave NaN for 16 of 16 samples/],
    [
      'a probability',
      (n: number) => new Float32Array(n).fill(0.5),
      /gave 0\.5 for 16 of 16 samples; expected class labels/,
    ],
    [
      'a few logits',
      (n: number) => Array.from({ length: n }, (_, i) => (i < 3 ? i + 0.5 : 1)),
      /0\.5, 1\.5, 2\.5 for 3 of 16/,
    ],
    ['nothing', () => undefined, /gave undefined; expected \{ labels \}/],
    ['something else', () => ({ classes: [1] }), /gave an object with classes; expected \{ labels \}/],
  ] as const) {
    it(`fails the run where it is ${what}, with the learner's name`, async () => {
      const error = await errorOf(eventsOf(withMethods(answering(answer))));
      expect(error).to.have.property('code', 'learner-failed');
      expect(error.message)
        .to.match(/^learner "mean" failed while predicting in task 1: predict gave/)
        .and.to.match(message);
    });
  }

  for (const [what, methods, message] of [
    ['no snapshot', { save: () => undefined }, /save gave undefined, expected \{ json, tensors \}/],
    ['bytes below 0', { footprint: () => ({ memoryBytes: -1, storedSamples: 0 }) }, /gave memoryBytes -1/],
    [
      'samples that are no number',
      { footprint: () => ({ memoryBytes: 0, storedSamples: NaN }) },
      /gave storedSamples NaN/,
    ],
    ['no events', { learn: () => [] }, /learn gave nothing that can be iterated asynchronously/],
  ] as const) {
    it(`fails the run where it is ${what}, with the learner's name`, async () => {
      const setup = { ...withMethods(methods as unknown as Partial<Learner>), checkpoints: checkpointFolder(folder()) };
      const error = await errorOf(eventsOf(setup));
      expect(error).to.have.property('code', 'learner-failed');
      expect(error.message)
        .to.match(/^learner "mean" failed while /)
        .and.to.match(message);
    });
  }
});

describe('a learner at work', () => {
  /** Learns so. */
  const learning = (learn: (experience: Experience) => AsyncGenerator<LearnerEvent, void, undefined>) =>
    withMethods({ learn });

  it('cannot change the classes of its task, which stream and evaluation go by', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- nothing to wait for
    const setup = learning(async function* ({ index: task, classes }) {
      (classes as number[]).push(9);
      yield { type: 'epoch-started', task, epoch: 1 };
    });
    expect((await errorOf(eventsOf(setup))).message).to.match(
      /^learner "mean" failed while learning task 1: Cannot add/,
    );
  });

  it('is named for an error that says the input is wrong: the run has begun with input that was checked', async () => {
    const thrown = new ReverieError('bad-data', 'row 45 is not one of the 40 rows');
    // eslint-disable-next-line @typescript-eslint/require-await -- it fails first
    const error = await errorOf(eventsOf(learning(async function* () { throw thrown; }))); // prettier-ignore
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.equal(`learner "mean" failed while learning task 1: ${thrown.message}`);
    expect(error.cause).to.equal(thrown);
  });

  it('that never ends its step is given up when the run is cancelled, and named; it is not disposed then', async () => {
    const life: string[] = [];
    const hanging = {
      ...learning(async function* ({ index: task }) {
        yield { type: 'epoch-started', task, epoch: 1 };
        await new Promise(() => undefined);
      }),
      patience: 0.05,
    };
    const setup = {
      ...hanging,
      createLearner: async (random: Parameters<typeof hanging.createLearner>[0]) => ({
        ...(await hanging.createLearner(random)),
        dispose: () => life.push('disposed'),
      }),
    };
    const handle = run(setup);
    const ended = errorOf(handle.result());
    const begun = new Promise<void>((resolve) => {
      handle.events$.subscribe({
        next: ({ type }) => {
          if (type === 'epoch-started') resolve();
        },
        error: () => undefined,
      });
    });
    await begun;
    await handle.cancel();
    const error = await ended;
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.match(/^learner "mean" failed while learning task 1: it had not come back 0\.05 s after/);
    expect(life).to.deep.equal([]);
  });

  it('is disposed before its run is completed, and hides no other error when that fails', async () => {
    const dispose = (): never => {
      throw new Error('dispose broke');
    };
    const seen: string[] = [];
    const handle = run(withMethods({ dispose }));
    handle.events$.subscribe({ next: ({ type }) => seen.push(type), error: () => undefined });
    expect((await errorOf(handle.result())).message).to.equal(
      'learner "mean" failed while being disposed: dispose broke',
    );
    expect(seen).not.to.include('run-completed');
    const predict = (): never => {
      throw new Error('predict broke');
    };
    expect((await errorOf(eventsOf(withMethods({ dispose, predict })))).message).to.match(/predict broke$/);
  });
});
