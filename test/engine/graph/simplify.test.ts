import { expect } from 'chai';
import { gradients } from '../../../src/engine/graph/gradients.js';
import { topologicalOrder, type GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { simplify } from '../../../src/engine/graph/simplify.js';

const x = g.feed('x', [2, 3]);

function simplified(node: GraphNode): GraphNode {
  return simplify([node])(node);
}

function opsOf(node: GraphNode): string[] {
  return topologicalOrder([node]).map(({ op }) => op);
}

describe('simplifying a graph', () => {
  it('leaves one multiplication of the gradient of a mean square', () => {
    const [gradient = x] = gradients(g.mean(g.square(x)), [x]);
    const simpler = simplified(gradient);
    expect(opsOf(simpler)).to.deep.equal(['feed', 'constant', 'mul']);
    // 2x/6
    const factor = simpler.op === 'mul' ? simpler.inputs[1] : undefined;
    expect(factor?.op === 'constant' ? [...factor.data] : []).to.deep.equal([Math.fround(2 / 6)]);
  });

  it('takes constant factors together and drops 1', () => {
    const [two, half] = [g.constant(2), g.constant(0.5)];
    expect(simplified(g.mul(half, g.mul(g.mul(x, two), g.constant(1))))).to.equal(x);
  });

  it('keeps shapes: a scalar is broadcast where nothing else makes up the shape', () => {
    const row = g.feed('row', [3]);
    const broadcast = g.broadcastTo(g.feed('s', []), [2, 3]);
    for (const node of [
      g.mul(broadcast, row),
      g.add(row, broadcast),
      g.neg(broadcast),
      g.matMul(x, g.reshape(broadcast, [3, 2])),
    ]) {
      expect(simplified(node).shape).to.deep.equal(node.shape);
    }
    expect(opsOf(simplified(g.add(x, broadcast)))).to.deep.equal(['feed', 'feed', 'add']);
  });

  it('leaves divisions and differences the way round they are', () => {
    const two = g.broadcastTo(g.constant(2), [2, 3]);
    for (const build of [g.sub, g.div]) {
      const simpler = simplified(build(two, x));
      expect(simpler.inputs.map(({ op }) => op)).to.deep.equal(['constant', 'feed']);
    }
    const quotient = simplified(g.div(g.constant(1), g.constant(4)));
    expect(quotient.op === 'constant' ? quotient.data[0] : NaN).to.equal(0.25);
  });

  it('gives nodes back that are as simple as they can be', () => {
    const node = g.relu(g.matMul(x, g.feed('w', [3, 4])));
    expect(simplified(node)).to.equal(node);
  });
});
