import { expect } from 'chai';
import { gradients } from '../../../src/engine/graph/gradients.js';
import * as g from '../../../src/engine/graph/ops.js';
import { boundedLogVariance } from '../../../src/memory/autoencoders/variational.js';
import { engineForTest } from '../../engine/engines-under-test.js';

describe('the log variance of a variational autoencoder', () => {
  it('is what the encoder says up to 20 in size, and beyond keeps its exponential finite and its gradient alive', async () => {
    const given = [0, -3.25, 20, -20, 100, -100, 1e6, -1e6];
    const engine = await engineForTest();
    const v = g.variable('v', [given.length]);
    const bounded = boundedLogVariance(v);
    const [slope = v] = gradients(g.sum(bounded), [v]);
    const program = await engine.compile({ fetches: { bounded, variance: g.exp(bounded), slope } });
    const variables = engine.variables({ v: { shape: [given.length], data: Float32Array.from(given) } });
    const outcome = await program.run({}, variables);
    program.dispose();
    variables.dispose();
    const { bounded: values = [], variance = [], slope: slopes = [] } = outcome;
    expect([...values].slice(0, 4)).to.deep.equal(given.slice(0, 4));
    // 20 + log 81, and the same below 0
    expect(values[4]).to.be.closeTo(20 + Math.log(81), 1e-4);
    expect(values[5]).to.be.closeTo(-20 - Math.log(81), 1e-4);
    expect([...variance].every((value) => Number.isFinite(value) && value > 0)).to.equal(true);
    expect([...slopes].every((value) => value > 0 && value <= 1)).to.equal(true);
  });
});
