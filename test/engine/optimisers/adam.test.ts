import { expect } from 'chai';
import { gradients } from '../../../src/engine/graph/gradients.js';
import * as g from '../../../src/engine/graph/ops.js';
import { Adam } from '../../../src/engine/optimisers/adam.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';

/** Adam as its paper writes it (Kingma & Ba 2015, algorithm 1), in double precision. */
function referenceAdam(gradient: (w: number) => number, start: number, steps: number, rate: number): number[] {
  let [w, m, v] = [start, 0, 0];
  const path = [];
  for (let t = 1; t <= steps; t++) {
    const gt = gradient(w);
    m = 0.9 * m + 0.1 * gt;
    v = 0.999 * v + 0.001 * gt * gt;
    w -= (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    path.push(w);
  }
  return path;
}

describe('Adam', () => {
  for (const name of testedEngines) {
    it(`follows its paper's algorithm on ${name}`, async () => {
      const engine = await engineForTest(name);
      const w = g.variable('w', [1]);
      const loss = g.sum(g.square(g.sub(w, g.constant(1))));
      const optimiser = new Adam({ learningRate: 0.05 });
      const parameters = { w: { shape: [1], data: Float32Array.of(-2) } };
      const program = await engine.compile({ fetches: {}, ...optimiser.graph([w], gradients(loss, [w])) });
      const variables = engine.variables({ ...parameters, ...optimiser.initial(parameters) });
      const expected = referenceAdam((at) => 2 * (at - 1), -2, 60, 0.05);
      for (let t = 1; t <= 60; t++) {
        await program.run(optimiser.feeds(t), variables);
        expect(variables.read('w').data[0], `step ${t}`).to.be.closeTo(expected[t - 1] ?? NaN, 2e-5);
      }
      program.dispose();
      variables.dispose();
    });
  }
});
