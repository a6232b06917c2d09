import { expect } from 'chai';
import { topologicalOrder, type GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { captureError } from '../../support/capture-error.js';

describe('graph ops check shapes when they are built', () => {
  const a = g.feed('a', [2, 3]);
  const cases: readonly [string, () => GraphNode, string][] = [
    [
      'matMul',
      () => g.matMul(a, g.variable('w', [4, 5])),
      'matMul(feed "a" [2, 3], variable "w" [4, 5]): inner extents 3 and 4 differ',
    ],
    [
      'matMul with b transposed',
      () => g.matMul(a, g.variable('w', [5, 4]), { transposeB: true }),
      'inner extents 3 and 4 differ (with b transposed)',
    ],
    ['matMul of a vector', () => g.matMul(a, g.feed('v', [3])), 'both operands must be matrices'],
    [
      'add',
      () => g.add(a, g.feed('b', [2, 2])),
      'add(feed "a" [2, 3], feed "b" [2, 2]): extents 3 and 2 on axis 1 do not fit; they must be equal or 1',
    ],
    ['sum', () => g.sum(a, [2]), 'sum(feed "a" [2, 3]): axes [2] are not distinct axes of it'],
    ['reshape', () => g.reshape(a, [4]), 'reshape(feed "a" [2, 3]): does not have the 4 values of [4]'],
    ['broadcastTo', () => g.broadcastTo(a, [1, 3]), 'broadcastTo(feed "a" [2, 3]): cannot be stretched to [1, 3]'],
    ['constant', () => g.constant(Float32Array.of(1, 2), [3]), 'constant: 2 values do not fill shape [3]'],
    ['feed', () => g.feed('x', [0, 3]), '"x": shape [0, 3] must be of positive integers'],
    ['softmax of a scalar', () => g.softmax(g.constant(1)), 'softmax(constant []): needs at least one axis'],
  ];
  for (const [name, build, message] of cases) {
    it(name, async () => {
      const error = await captureError(build);
      expect(error.code).to.equal('bad-shape');
      expect(error.message).to.include(message);
    });
  }

  it('a very deep graph is ordered without recursion', () => {
    let node: GraphNode = a;
    for (let i = 0; i < 100_000; i++) node = g.neg(node);
    expect(topologicalOrder([node])).to.have.length(100_001);
  });
});
