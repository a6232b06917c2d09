import { expect } from 'chai';
import type { ProgramDefinition } from '../../../../src/engine/engine.js';
import { plan, type Instruction, type Plan } from '../../../../src/engine/executors/native/plan.js';
import { gradients } from '../../../../src/engine/graph/gradients.js';
import * as g from '../../../../src/engine/graph/ops.js';
import { Adam } from '../../../../src/engine/optimisers/optimisers.js';

/** A step of a network of two layers. */
function step(): ProgramDefinition {
  const [v, w] = [g.variable('v', [3, 4]), g.variable('w', [4, 2])];
  const y = g.matMul(g.relu(g.matMul(g.feed('x', [5, 3]), v)), w);
  const loss = g.mean(g.square(y));
  return { fetches: { loss }, ...new Adam({ learningRate: 1 }).graph([v, w], gradients(loss, [v, w])) };
}

/** Where the plan reads a variable's value, and whether all that was read is free again before instruction `end`. */
function isFreeBefore({ instructions }: Plan, name: string, end: number): boolean {
  const held = new Set<number>();
  instructions.slice(0, end).forEach((instruction) => {
    if (readsVariable(instruction, name) && 'output' in instruction) held.add(instruction.output);
    for (const slot of instruction.free) held.delete(slot);
  });
  return held.size === 0;
}

function readsVariable(instruction: Instruction, name: string): boolean {
  return instruction.kind === 'compute' && instruction.operation.kind === 'read' && instruction.operation.name === name;
}

describe('the plan of a TensorFlow program', () => {
  for (const stepsAs of ['graph', 'ops'] as const) {
    it(`applies optimisers' ops once the parameter is read for the last time and free (${stepsAs})`, () => {
      const planned = plan(step(), stepsAs);
      const applied = planned.instructions.flatMap((instruction, at) =>
        instruction.kind === 'apply' ? [{ name: instruction.application.variables[0] ?? '', at }] : [],
      );
      expect(applied.map(({ name }) => name)).to.deep.equal(['w', 'v']);
      for (const { name, at } of applied) {
        const reads = planned.instructions.filter((instruction) => readsVariable(instruction, name));
        expect(reads, `reads of ${name}`).to.have.length(1);
        expect(isFreeBefore(planned, name, at), `${name} is free`).to.be.true;
      }
    });
  }

  it('applies the last layer’s step before the first layer’s gradient is computed', () => {
    const kinds = plan(step(), 'ops').instructions.map((instruction) =>
      instruction.kind === 'compute' && instruction.operation.kind === 'raw'
        ? instruction.operation.op
        : instruction.kind,
    );
    expect(kinds.indexOf('apply')).to.be.lessThan(kinds.lastIndexOf('MatMul'));
  });

  it('frees every value but the results', () => {
    const planned = plan(step(), 'ops');
    const freed = planned.instructions.flatMap(({ free }) => free);
    const kept = [...planned.constants.keys(), ...planned.fetches.values()];
    expect(new Set([...freed, ...kept]).size).to.equal(planned.slots);
    expect(new Set(freed).size).to.equal(freed.length);
  });

  it('makes a graph of what updates variables only', () => {
    const { fetches, updates } = step();
    expect(plan({ fetches }, 'graph').model).to.equal(undefined);
    expect(plan({ fetches: {}, ...(updates && { updates }) }, 'graph').model?.outputNames.split(',')).to.have.length(6);
  });

  it('computes op by op what needs an op of TensorFlow.js', () => {
    const w = g.variable('w', [2]);
    expect(plan({ fetches: {}, updates: { w: g.where(w, w, g.constant(1)) } }, 'graph').model).to.equal(undefined);
  });

  it('leaves an optimiser’s step alone whose updates are not asked for', () => {
    const { fetches, knownSteps = [] } = step();
    expect(plan({ fetches, knownSteps }, 'ops').instructions.filter(({ kind }) => kind === 'apply')).to.deep.equal([]);
  });
});
