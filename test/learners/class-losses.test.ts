import { expect } from 'chai';
import { gradients } from '../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../src/engine/graph/node.js';
import * as g from '../../src/engine/graph/ops.js';
import { classLoss, classProbabilities, type ClassLoss } from '../../src/learners/class-losses.js';
import { engineForTest } from '../engine/engines-under-test.js';

const row = (...values: number[]): GraphNode => g.constant(Float32Array.from(values), [1, values.length]);

async function valuesOf(y: GraphNode): Promise<number[]> {
  const program = await (await engineForTest()).compile({ fetches: { y } });
  const { y: values = [] } = await program.run({});
  program.dispose();
  return [...values];
}

describe('the losses of a classifier', () => {
  // softmax of (ln 3, 0): ¾, ¼
  const logits = row(Math.log(3), 0);

  it('softmax cross-entropy: −Σ t·log p', async () => {
    // −ln ¾
    expect((await valuesOf(classLoss('cross-entropy', logits, row(1, 0))))[0]).to.be.closeTo(0.287682, 1e-6);
  });

  it('Kullback–Leibler: the cross-entropy less the entropy of the targets, 0 where they agree', async () => {
    expect((await valuesOf(classLoss('kullback-leibler', logits, row(0.75, 0.25))))[0]).to.be.closeTo(0, 1e-6);
    // ½·ln(½ ÷ ¾) + ½·ln(½ ÷ ¼)
    expect((await valuesOf(classLoss('kullback-leibler', logits, row(0.5, 0.5))))[0]).to.be.closeTo(0.143841, 1e-6);
    // A one among the targets has no entropy.
    expect((await valuesOf(classLoss('kullback-leibler', logits, row(1, 0))))[0]).to.be.closeTo(0.287682, 1e-6);
  });

  it('binary cross-entropy: each class by itself, Σ log(1 + eᶻ) − t·z', async () => {
    // ln 4 − ln 3 + ln 2
    expect((await valuesOf(classLoss('binary-cross-entropy', logits, row(1, 0))))[0]).to.be.closeTo(0.980829, 1e-6);
  });

  for (const loss of ['cross-entropy', 'kullback-leibler', 'binary-cross-entropy'] as const) {
    it(`${loss} is least where the classifier says of each class what the target says`, async () => {
      // softmax(ln 3, 0) = (¾, ¼), σ(ln 3) = ¾ and σ(0) = ½: at its own probabilities a loss has no slope, elsewhere it has.
      const z = g.feed('z', [1, 2]);
      const at = async (target: GraphNode): Promise<number[]> => {
        const [slope = z] = gradients(g.sum(classLoss(loss, z, target)), [z]);
        const program = await (await engineForTest()).compile({ fetches: { slope } });
        const values = await program.run({ z: Float32Array.of(Math.log(3), 0) });
        program.dispose();
        return [...(values['slope'] ?? [])];
      };
      const own = await valuesOf(classProbabilities(loss, logits));
      for (const slope of await at(row(...own))) expect(slope).to.be.closeTo(0, 1e-6);
      expect((await at(row(0, 1)))[0]).to.be.greaterThan(0.5);
    });
  }

  it('divide logits by the temperature', async () => {
    const tempered = row(2 * Math.log(3), 0);
    for (const loss of ['cross-entropy', 'kullback-leibler', 'binary-cross-entropy'] satisfies ClassLoss[]) {
      const [hot = NaN] = await valuesOf(classLoss(loss, tempered, row(0.5, 0.5), 2));
      expect(hot).to.be.closeTo((await valuesOf(classLoss(loss, logits, row(0.5, 0.5))))[0] ?? NaN, 1e-6);
    }
  });
});
