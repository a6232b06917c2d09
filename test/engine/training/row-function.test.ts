import { expect } from 'chai';
import * as g from '../../../src/engine/graph/ops.js';
import { BatchedFunction } from '../../../src/engine/training/batched-function.js';
import { engineForTest } from '../engines-under-test.js';

describe('a row function', () => {
  for (const count of [1, 3, 8, 1000, 1024, 2500]) {
    it(`gives ${count} rows for ${count} rows, each that of its own input`, async () => {
      const engine = await engineForTest();
      const double = new BatchedFunction(engine, 2, (x) => g.matMul(x, g.variable('w', [2, 1])));
      const variables = engine.variables({ w: { shape: [2, 1], data: Float32Array.of(2, 10) } });
      const rows = Float32Array.from({ length: count * 2 }, (_, i) => i % 100);
      const result = await double.apply(rows, count, variables);
      // row i is (2i, 2i + 1) mod 100: 2·a + 10·b
      const expected = Array.from({ length: count }, (_, i) => 2 * ((2 * i) % 100) + 10 * ((2 * i + 1) % 100));
      expect([...result]).to.deep.equal(expected);
      double.dispose();
      variables.dispose();
    });
  }
});
