import { expect } from 'chai';
import type { Engine } from '../../src/engine/engine.js';
import { gradients } from '../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../src/engine/graph/node.js';
import * as g from '../../src/engine/graph/ops.js';
import * as losses from '../../src/engine/losses.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from './engines-under-test.js';

const matrix = (rows: number, ...values: number[]): GraphNode =>
  g.constant(Float32Array.from(values), [rows, values.length / rows]);

describe('losses', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  async function valuesOf(y: GraphNode, feeds: Record<string, Float32Array> = {}): Promise<number[]> {
    const program = await engine.compile({ fetches: { y } });
    const { y: values = [] } = await program.run(feeds);
    program.dispose();
    return [...values];
  }

  it('are summed and averaged by row, over all axes but the first', async () => {
    const x = g.reshape(matrix(2, 1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2]);
    expect(await valuesOf(losses.rowSums(x))).to.deep.equal([10, 26]);
    expect(await valuesOf(losses.rowMeans(x))).to.deep.equal([2.5, 6.5]);
    expect(losses.rowSums(g.feed('x', [3])).shape).to.deep.equal([3]);
  });

  it('are weighed by row', async () => {
    const [rows, weights] = [g.reshape(matrix(1, 2, 4), [2]), g.reshape(matrix(1, 0.75, 0.25), [2])];
    // 2·0.75 + 4·0.25
    expect(await valuesOf(losses.weightedTotal(rows, weights))).to.deep.equal([2.5]);
  });

  it('the hinge counts every class that comes within the margin', async () => {
    // own logit 2; margin 1: 1 − 2 + 1.5 = 0.5, 1 − 2 + 3 = 2, 1 − 2 + 0 < 0
    const loss = losses.hinge(matrix(1, 2, 1.5, 3, 0), matrix(1, 1, 0, 0, 0));
    expect(await valuesOf(loss)).to.deep.equal([2.5]);
  });

  it('Kullback–Leibler is 0 where student and teacher agree, and weighs by the teacher', async () => {
    // p = (½, ½), q = (¾, ¼): KL(p‖q) = ½·ln ⅔ + ½·ln 2, KL(q‖p) = ¾·ln 3⁄2 + ¼·ln ½
    const [even, uneven] = [matrix(1, 0, 0), matrix(1, Math.log(3), 0)];
    expect((await valuesOf(losses.kullbackLeibler(even, uneven)))[0]).to.be.closeTo(0.143841, 1e-6);
    expect((await valuesOf(losses.kullbackLeibler(uneven, even)))[0]).to.be.closeTo(0.130812, 1e-6);
    expect((await valuesOf(losses.kullbackLeibler(uneven, uneven, 2)))[0]).to.be.closeTo(0, 1e-6);
  });

  it('binary cross-entropy of a certain probability has a finite gradient', async () => {
    const p = g.feed('p', [4]);
    const loss = g.sum(losses.binaryCrossEntropy(p, g.constant(Float32Array.of(0, 1, 0, 1), [4])));
    const [gradient = loss] = gradients(loss, [p]);
    // −t/p + (1 − t)/(1 − p), a logarithm held at −100 giving 0
    expect(await valuesOf(gradient, { p: Float32Array.of(0, 0, 1, 1) })).to.deep.equal([1, 0, 0, -1]);
  });

  it('the divergence of an activity moves units that are never, or always, active', async () => {
    const activity = g.feed('a', [4]);
    const loss = g.sum(losses.bernoulliKl(activity, 0.25));
    const [gradient = loss] = gradients(loss, [activity]);
    // −ρ/ρ̂ + (1 − ρ)/(1 − ρ̂), a logarithm going on as its tangent from 10⁻⁶ on: −¼·10⁶ + ¾ at 0, −¼ + ¾·10⁶ at 1
    const [dead = 0, almostDead = 0, right = 0, saturated = 0] = await valuesOf(gradient, {
      a: Float32Array.of(0, 1e-7, 0.25, 1),
    });
    expect(dead).to.be.closeTo(-249999.25, 1);
    expect(almostDead).to.be.closeTo(-249999.25, 1);
    expect(right).to.be.closeTo(0, 1e-6);
    expect(saturated).to.be.closeTo(749999.75, 1);
    // ¼·ln ¼ + ¾·ln ¾ − ¼·(ln 10⁻⁶ − 1) at 0
    expect((await valuesOf(loss, { a: Float32Array.of(0, 0.25, 0.25, 0.25) }))[0]).to.be.closeTo(3.141543, 1e-5);
  });

  const refused: readonly [string, () => GraphNode, string][] = [
    [
      'values of two shapes',
      () => losses.squaredError(g.feed('y', [2, 3]), g.feed('t', [3])),
      'squaredError(feed "y" [2, 3], feed "t" [3]): output and target must have one shape',
    ],
    [
      'targets for other classes',
      () => losses.softmaxCrossEntropy(g.feed('z', [2, 3]), g.feed('t', [2, 4])),
      'softmaxCrossEntropy(feed "z" [2, 3], feed "t" [2, 4]): both must be [batch, classes]',
    ],
    [
      'weights for other rows',
      () => losses.weightedTotal(g.feed('l', [2]), g.feed('w', [3])),
      'weightedTotal(feed "l" [2], feed "w" [3]): needs one loss and one weight a row',
    ],
    ['a scalar where rows are needed', () => losses.rowSums(g.constant(1)), 'rowSums(constant []): needs a batch axis'],
    [
      'a huber threshold of 0',
      () => losses.huber(g.feed('y', [2]), g.feed('t', [2]), 0),
      'huber: delta is 0, and must be greater than 0',
    ],
    [
      'a temperature of 0',
      () => losses.softmaxCrossEntropy(g.feed('z', [2, 3]), g.feed('t', [2, 3]), 0),
      'temperature is 0, and must be greater than 0',
    ],
    [
      'means and variances of two shapes',
      () => losses.gaussianKl(g.feed('m', [2, 3]), g.feed('v', [2, 4])),
      'gaussianKl(feed "m" [2, 3], feed "v" [2, 4]): means and log variances must have one shape',
    ],
    [
      'a mean activity of 1',
      () => losses.bernoulliKl(g.feed('a', [3]), 1),
      'bernoulliKl: rho is 1, and must lie between 0 and 1',
    ],
    [
      'a margin below 0',
      () => losses.hinge(g.feed('z', [2, 3]), g.feed('t', [2, 3]), -1),
      'hinge: margin is -1, and must be greater than 0',
    ],
  ];
  for (const [what, build, message] of refused) {
    it(`refuse ${what}`, async () => {
      expect((await captureError(build)).message).to.include(message);
    });
  }
});
