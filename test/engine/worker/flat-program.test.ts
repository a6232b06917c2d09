import { expect } from 'chai';
import fc from 'fast-check';
import { flatten, unflatten } from '../../../src/engine/worker/flat-program.js';
import type { ProgramDefinition } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import { topologicalOrder } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { onnxFromGraph } from '../../../src/engine/onnx/from-graph.js';
import { encodeModel } from '../../../src/engine/onnx/model.js';
import { Adam } from '../../../src/engine/optimisers/optimisers.js';
import { randomGraphs } from '../conformance/random-graphs.js';

/** As it comes out of another thread. */
function travelled(definition: ProgramDefinition): ProgramDefinition {
  return unflatten(structuredClone(flatten(definition)));
}

describe('a program that travels between threads', () => {
  it('is the same program', () => {
    fc.assert(
      fc.property(randomGraphs, ({ output }) => {
        const model = (node: typeof output): Uint8Array => encodeModel(onnxFromGraph({ y: node }));
        const { y } = travelled({ fetches: { y: output } }).fetches;
        expect(y === undefined ? undefined : model(y)).to.deep.equal(model(output));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps one node one node', () => {
    const shared = g.exp(g.feed('x', [2]));
    const { fetches, updates = {} } = travelled({ fetches: { y: g.add(shared, shared) }, updates: { w: shared } });
    const [left, right] = fetches['y']?.inputs ?? [];
    expect(left).to.equal(right);
    expect(updates['w']).to.equal(left);
  });

  it('brings the steps of its optimiser with it', () => {
    const w = g.variable('w', [2]);
    const loss = g.sum(g.square(w));
    const { updates, knownSteps } = new Adam({ learningRate: 0.001 }).graph([w], gradients(loss, [w]));
    const arrived = travelled({ fetches: { loss }, updates, knownSteps });
    expect(arrived.knownSteps).to.deep.equal(knownSteps);
    const [step] = arrived.knownSteps ?? [];
    const nodes = topologicalOrder([...Object.values(arrived.fetches), ...Object.values(arrived.updates ?? {})]);
    expect(step?.rule === 'adam' && nodes.includes(step.gradient)).to.equal(true);
  });

  it('may be deeper than a stack', () => {
    let y = g.feed('x', [1]);
    for (let i = 0; i < 20_000; i++) y = g.neg(y) as typeof y;
    expect(topologicalOrder(Object.values(travelled({ fetches: { y } }).fetches))).to.have.length(20_001);
  });
});
