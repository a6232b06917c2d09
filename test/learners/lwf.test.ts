import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { feed } from '../../src/engine/graph/ops.js';
import { distillation, teacherLogits } from '../../src/learners/distillation-term.js';
import { learners } from '../../src/learners/learners.js';
import { learnerContract } from '../../src/testing/learner-contract.js';
import { contextFor, experiences, learnAll, smallNetwork } from '../../src/testing/learning.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from '../engine/engines-under-test.js';

learnerContract('lwf over all outputs', engineForTest, (context) =>
  learners.lwf.make({ ...smallNetwork, outputs: 'all', distil: 'all' }, context),
);

/** H((p, 1 − p), softmax(z)) with p = σ(of), from z_1 − z_2. */
const crossEntropy = (of: number, difference: number): number => {
  const [p, q] = [of, difference].map((value) => 1 / (1 + Math.exp(-value)));
  return -(p ?? NaN) * Math.log(q ?? NaN) - (1 - (p ?? NaN)) * Math.log(1 - (q ?? NaN));
};

describe('the distillation of learning without forgetting', () => {
  type Options = Parameters<typeof distillation>[0];

  /** The term of a batch of one row. */
  async function termOf(
    options: Partial<Options>,
    logits: readonly number[],
    teacher: readonly number[],
  ): Promise<number> {
    const engine = await engineForTest();
    const outputs = feed('outputs', [1, logits.length]);
    const graph = { x: outputs, features: outputs, logits: outputs, outputs, parameters: [], logitsOf: () => outputs };
    const all = { known: teacher.length, over: undefined, temperature: 2, weight: 1, wide: false, ...options };
    const program = await engine.compile({ fetches: { term: distillation(all).build(graph, 1) } });
    const values = engine.variables({});
    const feeds = { outputs: Float32Array.from(logits), [teacherLogits]: Float32Array.from(teacher) };
    const { term } = await program.run(feeds, values);
    for (const used of [program, values]) used.dispose();
    return term?.[0] ?? NaN;
  }

  it('over old classes is H(softmax(z′/T), softmax(z/T)) of them, whatever new outputs say', async () => {
    // z′ = (4, 2), z = (0, 6, 9), T = 2: p = σ(1), and z_1 − z_2 = −3 after the division.
    const expected = crossEntropy(1, -3);
    expect(await termOf({ over: [[0, 1]] }, [0, 6, 9], [4, 2])).to.be.closeTo(expected, 1e-5);
    expect(await termOf({ over: [[0, 1]], weight: 4 }, [0, 6, -9], [4, 2])).to.be.closeTo(4 * expected, 1e-5);
  });

  it('over heads is the sum of theirs', async () => {
    const heads = [
      [0, 1],
      [2, 3],
    ];
    const found = await termOf({ over: heads }, [0, 6, 2, 0, 9, 9], [4, 2, 0, 2]);
    expect(found).to.be.closeTo(crossEntropy(1, -3) + crossEntropy(-1, 1), 1e-5);
  });

  it('over all outputs has 0 for those that the teacher lacks, unless it has all', async () => {
    // z/T = (0, 0, log 2): log softmax = (−log 4, −log 4, −log 2).
    const student = [0, 0, 2 * Math.log(2)];
    expect(await termOf({}, student, [4, 2])).to.be.closeTo(Math.log(4), 1e-5);
    // z′/T = (0, 0, log 2) too: p = (1/4, 1/4, 1/2).
    const expected = Math.log(4) / 2 + Math.log(2) / 2;
    expect(await termOf({ wide: true, known: 2 }, student, student)).to.be.closeTo(expected, 1e-5);
  });

  it('is of a frozen network, which is what it keeps', async () => {
    const context = contextFor(await engineForTest(), new RandomStreams(1));
    const learner = await learners.lwf.make(smallNetwork, context);
    expect(learner.footprint().memoryBytes).to.equal(0);
    await learnAll(learner, experiences.slice(0, 1));
    const memoryBytes = 4 * (16 * 32 + 32 + 32 * 2 + 2);
    expect(learner.footprint()).to.deep.equal({ memoryBytes, statisticsBytes: 0, storedSamples: 0 });
    learner.dispose();
  });

  it('is the entropy of what the frozen network says at first, times λ and T² where they are asked for', async () => {
    const first = async (options: object): Promise<number> => {
      const learner = await learners.lwf.make(
        { ...smallNetwork, ...options },
        contextFor(await engineForTest(), new RandomStreams(1)),
      );
      const events = await learnAll(learner, experiences.slice(0, 2));
      learner.dispose();
      const step = events.find((event) => event.type === 'batch-trained' && event.task === 2);
      return step?.type === 'batch-trained' ? (step.losses['distillation'] ?? NaN) : NaN;
    };
    const plain = await first({});
    // Student and teacher are the same network at the first step: the entropy of two classes, at most log 2.
    expect(plain).to.be.within(0, Math.log(2));
    expect(await first({ lambda: 3 })).to.be.closeTo(3 * plain, 1e-5);
    expect(await first({ scale: 'squared-temperature' })).to.be.closeTo(4 * plain, 1e-5);
    expect(await first({ temperature: 8 })).to.be.greaterThan(plain);
  });

  for (const [what, options, message] of [
    ['no softmax', { loss: 'binary-cross-entropy' }, /loss: binary-cross-entropy has none/],
    ['a softmax for each task and one of all', { distil: 'all', outputs: 'task' }, /give distil: old/],
  ] as const) {
    it(`is refused for ${what}`, async () => {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      const error = await captureError(async () => learners.lwf.make({ ...smallNetwork, ...options }, context));
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.match(message);
    });
  }
});
