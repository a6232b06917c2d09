import { expect } from 'chai';
import fc from 'fast-check';
import { sizeOf } from '../../../src/core/tensor.js';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import { topologicalOrder, type GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import { opBuilders } from './op-builders.js';
import { randomGraphs, type RandomGraph } from './random-graphs.js';

const seed = 20261121;
const numRuns = 100;

/** The graph's output, and the gradients of a weighted sum of it in each of its feeds. */
function fetchesOf({ output, feeds }: RandomGraph): Record<string, GraphNode> {
  const weights = Float32Array.from({ length: sizeOf(output.shape) }, (_, i) => Math.sin(i + 1));
  const loss = g.sum(g.mul(output, g.constant(weights, output.shape)));
  const used = new Set(topologicalOrder([output]));
  const wanted = feeds.filter((feed) => used.has(feed));
  const found = gradients(loss, wanted);
  return { output, ...Object.fromEntries(wanted.map(({ name }, i) => [`gradient of ${name}`, found[i] ?? loss])) };
}

describe('random graphs', () => {
  let engines: readonly Engine[];
  before(async () => {
    engines = await Promise.all(testedEngines.map((name) => engineForTest(name)));
  });

  it(`give the same values and gradients on ${testedEngines.join(', ')} (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(randomGraphs, async (graph) => {
        const fetches = fetchesOf(graph);
        const results = [];
        for (const engine of engines) {
          const program = await engine.compile({ fetches });
          results.push({ name: engine.name, values: await program.run(graph.values) });
          program.dispose();
        }
        const [first, ...others] = results;
        for (const { name, values } of others) {
          for (const [key, expected] of Object.entries(first?.values ?? {})) {
            const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
            const far = expected.findIndex(
              (value, i) => !(Math.abs((values[key]?.[i] ?? NaN) - value) <= 1e-4 * scale),
            );
            const what = `${key}[${far}] is ${values[key]?.[far] ?? 'missing'} on ${name}, ${expected[far] ?? ''} on ${first?.name ?? ''}`;
            expect(far, what).to.equal(-1);
          }
        }
      }),
      { seed, numRuns },
    );
  });

  it('have every op in them', () => {
    const seen = new Set<string>();
    for (const graph of fc.sample(randomGraphs, { seed, numRuns })) {
      for (const { op } of topologicalOrder(Object.values(fetchesOf(graph)))) seen.add(op);
    }
    expect(Object.keys(opBuilders).filter((op) => !seen.has(op))).to.deep.equal([]);
  });
});
