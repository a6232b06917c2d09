import { expect } from 'chai';
import * as g from '../../../src/engine/graph/ops.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import {
  outputActivations,
  reconstructionBy,
  reconstructionLosses,
  type ReconstructionOptions,
} from '../../../src/memory/autoencoders/reconstruction.js';
import { engineForTest } from '../../engine/engines-under-test.js';

type Loss = ReconstructionOptions['loss'];
type Output = ReconstructionOptions['output'];

/** Loss of one row, last layer (0, 1), target (0.5, 1). */
async function lossOf(loss: Loss, output?: Output, huberDelta = 0.1): Promise<number> {
  const engine = await engineForTest();
  const row = (...values: number[]): GraphNode => g.constant(Float32Array.from(values), [1, 2]);
  const { rows } = reconstructionBy({ loss, output, huberDelta });
  const program = await engine.compile({ fetches: { y: rows(row(0, 1), row(0.5, 1)) } });
  const { y } = await program.run({});
  program.dispose();
  return y?.[0] ?? NaN;
}

describe('the reconstruction of an autoencoder', () => {
  it('is measured by the sum over values of its loss, behind the activation that goes with it', async () => {
    const sigmoid = 1 / (1 + Math.exp(-1));
    // BCE(½, ½) = log 2; BCE(σ(1), 1) = −log σ(1)
    expect(await lossOf('bce')).to.be.closeTo(Math.log(2) - Math.log(sigmoid), 1e-6);
    // (0 − ½)² + 0; through a sigmoid 0 + (σ(1) − 1)²
    expect(await lossOf('mse')).to.be.closeTo(0.25, 1e-6);
    expect(await lossOf('mse', 'sigmoid')).to.be.closeTo((sigmoid - 1) ** 2, 1e-6);
    // δ·(½ − ½·δ)
    expect(await lossOf('huber')).to.be.closeTo(0.1 * 0.45, 1e-6);
    expect(await lossOf('huber', 'linear', 1)).to.be.closeTo(0.125, 1e-6);
  });

  it('is warned of where loss and output do not go together, and nowhere else', () => {
    const right = new Set(['bce sigmoid', 'mse linear', 'mse sigmoid', 'huber linear']);
    for (const loss of reconstructionLosses) {
      expect(reconstructionBy({ loss, huberDelta: 1 }).warnings, `${loss} alone`).to.deep.equal([]);
      for (const output of outputActivations) {
        const { warnings } = reconstructionBy({ loss, output, huberDelta: 1 });
        expect(warnings, `${loss} ${output}`).to.have.length(right.has(`${loss} ${output}`) ? 0 : 1);
        for (const { code, message } of warnings) {
          expect(code).to.equal('loss-and-output-do-not-match');
          expect(message).to.include(`"${loss}"`).and.to.include(`"${output}"`);
        }
      }
    }
  });
});
