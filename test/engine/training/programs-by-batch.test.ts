import { expect } from 'chai';
import { ReverieError } from '../../../src/core/errors.js';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { ProgramsByBatch } from '../../../src/engine/training/programs-by-batch.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../engines-under-test.js';

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
