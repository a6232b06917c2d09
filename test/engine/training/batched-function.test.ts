import { expect } from 'chai';
import * as g from '../../../src/engine/graph/ops.js';
import { BatchedFunction, ProgramsByBatch } from '../../../src/engine/training/batched-function.js';
import { engineForTest } from '../engines-under-test.js';
import { ReverieError } from '../../../src/core/errors.js';
import type { Engine } from '../../../src/engine/engine.js';
import { captureError } from '../../support/capture-error.js';

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

describe('programs by batch', () => {
  it('compiles a size once, and again where it failed', async () => {
    const engine = await engineForTest();
    let calls = 0;
    const failingOnce: Engine = {
      ...engine,
      compile: async (definition) => {
        if (++calls === 1) throw new ReverieError('engine-failed', 'out of memory');
        return engine.compile(definition);
      },
    };
    const programs = new ProgramsByBatch(failingOnce, (batch) => ({ fetches: { x: g.neg(g.feed('x', [batch])) } }));
    expect((await captureError(() => programs.get(2))).message).to.equal('out of memory');
    const program = await programs.get(2);
    expect(await program.run({ x: Float32Array.of(1, 2) })).to.deep.equal({ x: Float32Array.of(-1, -2) });
    expect(await programs.get(2)).to.equal(program);
    expect(calls).to.equal(2);
    programs.dispose();
  });
});
