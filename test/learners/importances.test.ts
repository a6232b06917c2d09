import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import type { TensorMap } from '../../src/core/tensor.js';
import { Anchors } from '../../src/learners/anchors.js';
import { realBatch } from '../../src/learners/batches.js';
import { learners } from '../../src/learners/learners.js';
import { outputSensitivity } from '../../src/learners/mas.js';
import { importanceOfPath, pathIntegral } from '../../src/learners/path-integral.js';
import { quadraticPenalty } from '../../src/learners/quadratic-penalty.js';
import type { StepRules } from '../../src/learners/step-rules.js';
import { contextFor, experiences, learnAll, smallNetwork } from '../../src/testing/learning.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { linearModel, valuesWithLabels } from '../support/linear-model.js';

const [kernel, bias] = ['classifier/0/kernel', 'classifier/0/bias'];
const tensor = (shape: readonly number[], ...values: number[]) => ({ shape, data: Float32Array.from(values) });

/** The values of two tensors, kernel then bias, are these. */
function expectValues(found: TensorMap, names: readonly string[], expected: readonly number[]): void {
  const values = names.flatMap((name) => [...(found[name]?.data ?? [])]);
  expect(values).to.have.length(expected.length);
  values.forEach((value, i) => expect(value, `value ${i}`).to.be.closeTo(expected[i] ?? NaN, 1e-5));
}

describe('the importances of synaptic intelligence', () => {
  const sgd = { name: 'sgd', learningRate: 0.5, momentum: 0, nesterov: false } as const;
  const sample = valuesWithLabels([1, 0]);

  /** Steps on a sample 1 of the first of two classes, from z = 0. */
  async function walked(rules: StepRules, steps: number) {
    const model = await linearModel([0, 0], [0, 0], { optimiser: sgd }, rules);
    const start = model.parameters();
    for (let i = 0; i < steps; i++) await model.step(realBatch(sample, Uint32Array.of(0), model.classes));
    const [path, end] = [model.statistics(), model.parameters()];
    model.dispose();
    return { start, path, end };
  }

  it('are −Σ g·Δθ over the squared way, by hand of two steps', async () => {
    const { start, path, end } = await walked(pathIntegral('task-loss'), 2);
    // p = 1/2: g = (−1/2, 1/2), Δ = (1/4, −1/4), ω = 1/8. Then z = (1/2, −1/2), p = σ(1), g = ∓(1 − p), ω grows by (1 − p)²/2.
    const left = 1 - 1 / (1 + Math.exp(-1));
    const omega = 1 / 8 + left ** 2 / 2;
    expectValues(path, [`path/${kernel}`, `path/${bias}`], [omega, omega, omega, omega]);
    const expected = omega / ((1 / 4 + left / 2) ** 2 + 0.1);
    expectValues(importanceOfPath(path, start, end, 0.1), [kernel, bias], Array<number>(4).fill(expected));
  });

  it('are of the gradient of the task alone, or of that with the penalty, as is asked', async () => {
    const at = (value: number): TensorMap => ({
      [kernel]: tensor([1, 2], value, value),
      [bias]: tensor([2], value, value),
    });
    const penalty = quadraticPenalty([{ values: at(1), importance: at(1) }], 1);
    // The penalty's gradient is 2·(0 − 1); with that of the task (−5/2, −3/2), Δ = (5/4, 3/4).
    const task = [(1 / 2) * (5 / 4), (-1 / 2) * (3 / 4)];
    const penalised = [(5 / 2) * (5 / 4), (3 / 2) * (3 / 4)];
    for (const [path, expected] of [
      ['task-loss', task],
      ['penalised-loss', penalised],
    ] as const) {
      const found = await walked({ ...pathIntegral(path), penalty }, 1);
      expectValues(found.path, [`path/${kernel}`], expected);
    }
  });

  it('begin anew with each task, also where the optimiser goes on', async () => {
    const model = await linearModel([0, 0], [0, 0], { resetOptimiser: false }, pathIntegral('task-loss'));
    await model.step(realBatch(sample, Uint32Array.of(0), model.classes));
    expect(model.statistics()[`path/${kernel}`]?.data[0]).to.be.greaterThan(0);
    model.begin({ classes: [2], newClasses: [2] }, 1);
    expectValues(model.statistics(), [`path/${kernel}`], [0, 0, 0]);
    // They are no part of what answers.
    expect(Object.keys(model.parameters())).to.deep.equal([kernel, bias]);
    model.dispose();
  });

  it('below 0, of what is pulled against its task, are 0 or kept', async () => {
    const least = async (negative: string): Promise<number> => {
      const engine = await engineForTest();
      const make = async () =>
        learners.si.make({ ...smallNetwork, negative, c: 1e4 }, contextFor(engine, new RandomStreams(1)));
      const [learner, pulled] = [await make(), await make()];
      await learnAll(learner, experiences.slice(0, 1));
      const { json, tensors } = await learner.save();
      // As if the first task had left its parameters elsewhere: with Adam nothing else pulls against the task for long.
      const moved = Object.entries(tensors).map(([name, { shape, data }]) => {
        const values = Float32Array.from(data as Float32Array, (value) =>
          name.startsWith('anchors/0/importance/') ? 1e-3 : name.startsWith('anchors/0/values/') ? -value : value,
        );
        return [name, { shape, data: values }] as const;
      });
      await pulled.restore({ json, tensors: Object.fromEntries(moved) });
      await learnAll(pulled, experiences.slice(1, 2));
      const saved = (await pulled.save()).tensors;
      for (const one of [learner, pulled]) one.dispose();
      const all = Object.entries(saved).filter(([name]) => name.startsWith('anchors/0/importance/'));
      return Math.min(...all.flatMap(([, { data }]) => Array.from(data, Number)));
    };
    expect(await least('clipped')).to.equal(0);
    expect(await least('kept')).to.be.lessThan(0);
  });
});

describe('the importances of memory aware synapses', () => {
  it('are the mean of single absolute gradients of ‖z‖², by hand of two samples', async () => {
    const model = await linearModel([1, -2], [0, 1]);
    // x = 2: z = (2, −3), ∂/∂w_c = 2·z_c·x = (8, −12), ∂/∂b_c = (4, −6). x = −1: z = (−1, 3), (2, −6), (−2, 6).
    const found = await outputSensitivity(model, valuesWithLabels([2, 0], [-1, 1]));
    expectValues(found, [kernel, bias], [5, 9, 3, 6]);
    model.dispose();
  });

  it('are of the outputs of the task alone where each task has its own', async () => {
    const model = await linearModel([1, -2], [0, 1], { outputs: 'task' });
    model.begin({ classes: [1], newClasses: [] }, 1);
    expectValues(await outputSensitivity(model, valuesWithLabels([2, 1])), [kernel, bias], [0, 12, 0, 6]);
    model.dispose();
  });
});

describe('importances of several tasks', () => {
  it('add up, or what is new to a share of those before, around the last parameters; new outputs had none', () => {
    const anchors = new Anchors();
    anchors.accumulate({ values: { w: tensor([1, 2], 5, 6) }, importance: { w: tensor([1, 2], 2, 4) } });
    const next = { values: { w: tensor([1, 3], 7, 8, 9) }, importance: { w: tensor([1, 3], 1, 1, 1) } };
    anchors.accumulate(next, (before, added) => 0.5 * before + added);
    expect(anchors.all).to.deep.equal([{ values: next.values, importance: { w: tensor([1, 3], 2, 3, 1) } }]);
    // 3 parameters and 3 importances.
    expect(anchors.footprint()).to.deep.equal({ memoryBytes: 24, statisticsBytes: 12, storedSamples: 0 });
  });

  /** The importances that a learner has after two tasks, and the parameters it ends with. */
  async function afterTwo(name: 'ewc' | 'online-ewc', options: object) {
    const learner = await learners[name].make(
      { ...smallNetwork, ...options },
      contextFor(await engineForTest(), new RandomStreams(1)),
    );
    await learnAll(learner, experiences.slice(0, 2));
    const [{ tensors }, functions] = [await learner.save(), await learner.trainedFunctions?.()];
    learner.dispose();
    const of = (k: number): readonly number[] =>
      Array.from(tensors[`anchors/${k}/importance/classifier/0/kernel`]?.data ?? [], Number);
    return { of, parameters: functions?.[0]?.parameters };
  }

  it('of online EWC are γ·Ω + F, the F of each task being those that EWC has', async () => {
    const [apart, online] = [
      await afterTwo('ewc', { lambda: 0 }),
      await afterTwo('online-ewc', { lambda: 0, gamma: 0.25 }),
    ];
    const expected = apart.of(0).map((f, i) => 0.25 * f + (apart.of(1)[i] ?? NaN));
    expect(expected.length).to.equal(16 * 32);
    online.of(0).forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, 1e-9));
    expect(online.of(1)).to.deep.equal([]);
  });

  it('of online EWC weigh ½·λ·γ: with λ = 20 and γ = ½ a second task is learnt as with EWC and λ = 10', async () => {
    const [apart, online] = [
      await afterTwo('ewc', { lambda: 10 }),
      await afterTwo('online-ewc', { lambda: 20, gamma: 0.5 }),
    ];
    expect(online.parameters).to.deep.equal(apart.parameters);
  });
});
