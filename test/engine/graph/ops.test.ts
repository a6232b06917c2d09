import { expect } from 'chai';
import { topologicalOrder, type GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../engines-under-test.js';

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
    ['broadcastTo', () => g.broadcastTo(a, [1, 3]), 'broadcastTo(feed "a" [2, 3]): cannot be broadcast to [1, 3]'],
    ['constant', () => g.constant(Float32Array.of(1, 2), [3]), 'constant: 2 values do not fill shape [3]'],
    ['feed', () => g.feed('x', [0, 3]), '"x": shape [0, 3] must be of positive integers'],
    ['softmax of a scalar', () => g.softmax(g.constant(1)), 'softmax(constant []): needs at least one axis'],
    ['max', () => g.max(a, [1, 1]), 'max(feed "a" [2, 3]): axes [1, 1] are not distinct axes of it'],
    ['mean', () => g.mean(a, [0.5]), 'sum(feed "a" [2, 3]): axes [0.5] are not distinct axes of it'],
    [
      'where',
      () => g.where(g.feed('mask', [4]), a, a),
      'where(feed "mask" [4], feed "a" [2, 3], feed "a" [2, 3]): extents 4 and 3 and 3 on axis 1 do not fit',
    ],
    ['transpose', () => g.transpose(a, [0, 0]), 'transpose(feed "a" [2, 3]): [0, 0] is not an order of its axes'],
    ['concat of nothing', () => g.concat([], 0), 'concat: needs at least one input'],
    [
      'concat',
      () => g.concat([a, g.feed('b', [2, 2])], 0),
      'concat(feed "a" [2, 3], feed "b" [2, 2]): extents may differ on axis 0 only',
    ],
    ['concat along no axis', () => g.concat([a, a], 2), 'there is no axis 2'],
    [
      'slice',
      () => g.slice(a, [1, 0], [2, 3]),
      'slice(feed "a" [2, 3]): a block [2, 3] that begins at [1, 0] is not in it',
    ],
    [
      'pad',
      () => g.pad(a, [0, -1], [0, 0]),
      'pad(feed "a" [2, 3]): [0, -1] and [0, 0] are not a width of 0 or more before and after each axis',
    ],
    ['one-hot', () => g.oneHot(a, 0), 'oneHot(feed "a" [2, 3]): 0 classes; there must be at least one'],
  ];
  const image = g.feed('image', [2, 3, 5, 5]);
  const kernel = (...shape: number[]): GraphNode => g.variable('kernel', shape);
  const spatial: typeof cases = [
    [
      'conv2d of a matrix',
      () => g.conv2d(a, kernel(4, 3, 2, 2)),
      'conv2d(feed "a" [2, 3], variable "kernel" [4, 3, 2, 2]): ' +
        '[2, 3] must have four axes: [batch, channels, height, width]',
    ],
    [
      'conv2d of too few channels',
      () => g.conv2d(image, kernel(4, 1, 2, 2)),
      'conv2d(feed "image" [2, 3, 5, 5], variable "kernel" [4, 1, 2, 2]): the image has 3 channels, the kernel takes 1',
    ],
    ['conv2d of a small image', () => g.conv2d(image, kernel(4, 3, 6, 2)), 'the kernel does not fit into the padded'],
    [
      'conv2d with a stride of 0',
      () => g.conv2d(image, kernel(4, 3, 2, 2), { strides: 0 }),
      'strides [0, 0] must be integers of at least 1',
    ],
    [
      'conv2d with negative padding',
      () => g.conv2d(image, kernel(4, 3, 2, 2), { padding: { top: 0, bottom: 0, left: -1, right: 0 } }),
      'padding (left, right) [-1, 0] must be integers of at least 0',
    ],
    [
      'convTranspose2d of too many channels',
      () => g.convTranspose2d(image, kernel(4, 3, 2, 2)),
      'convTranspose2d(feed "image" [2, 3, 5, 5], variable "kernel" [4, 3, 2, 2]): ' +
        'the image has 3 channels, the kernel takes 4',
    ],
    [
      'convTranspose2d with more output padding than its stride explains',
      () => g.convTranspose2d(image, kernel(3, 4, 2, 2), { strides: 2, outputPadding: [1, 2] }),
      'outputPadding [1, 2] must be smaller than the strides [2, 2]',
    ],
    [
      'convTranspose2d with too much padding',
      () => g.convTranspose2d(image, kernel(3, 4, 1, 1), { padding: 3 }),
      'the padding leaves nothing of the result',
    ],
    [
      'conv2dKernelGrad of a gradient that is not that of the convolution',
      () => g.conv2dKernelGrad(image, g.feed('dy', [2, 4, 5, 5]), [2, 2]),
      'conv2dKernelGrad(feed "image" [2, 3, 5, 5], feed "dy" [2, 4, 5, 5]): ' +
        'a kernel of [2, 2] on the image gives [2, 4, 4, 4]',
    ],
    [
      'maxPool2d with wide padding',
      () => g.maxPool2d(image, { size: 2, padding: 2 }),
      'maxPool2d(feed "image" [2, 3, 5, 5]): the padding must be narrower than the windows of [2, 2]',
    ],
    [
      'averagePool2d of a small image',
      () => g.averagePool2d(image, { size: [2, 7] }),
      'averagePool2d(feed "image" [2, 3, 5, 5]): no window of [2, 7] fits into the padded image',
    ],
  ];
  for (const [name, build, message] of [...cases, ...spatial]) {
    it(name, async () => {
      const error = await captureError(build);
      expect(error.code).to.equal('bad-shape');
      expect(error.message).to.include(message);
    });
  }

  it('clip refuses limits in the wrong order', async () => {
    const error = await captureError(() => g.clip(a, 1, -1));
    expect([error.code, error.message]).to.deep.equal(['bad-usage', 'clip: min 1 must not be above max -1']);
  });

  it('a very deep graph is ordered without recursion', () => {
    let node: GraphNode = a;
    for (let i = 0; i < 100_000; i++) node = g.neg(node);
    expect(topologicalOrder([node])).to.have.length(100_001);
  });
});

describe('graph ops made of others', () => {
  /** What the node is on the engine that is quickest to start. */
  async function valueOf(y: GraphNode, feeds: Record<string, Float32Array>): Promise<number[]> {
    const program = await (await engineForTest()).compile({ fetches: { y } });
    const { y: values = new Float32Array() } = await program.run(feeds);
    program.dispose();
    return [...values];
  }
  const x = { a: Float32Array.of(1, 2, 3, 4, 6, 11) };

  it('mean: over all, over an axis, and with the axis kept to broadcast against its operand', async () => {
    const a = g.feed('a', [2, 3]);
    expect(await valueOf(g.mean(a), x)).to.deep.equal([4.5]);
    expect(await valueOf(g.mean(a, [0]), x)).to.deep.equal([2.5, 4, 7]);
    const centred = g.sub(a, g.mean(a, [1], { keepDims: true }));
    expect(await valueOf(centred, x)).to.deep.equal([-1, 0, 1, -3, -1, 4]);
  });

  it('one-hot rows: a 1 in the column of the label, nothing where there is no such column', async () => {
    const rows = g.oneHot(g.feed('label', [3]), 3);
    expect(rows.shape).to.deep.equal([3, 3]);
    expect(await valueOf(rows, { label: Float32Array.of(2, 0, 7) })).to.deep.equal([0, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  it('one-hot rows pick the rows of a table, and only those get a gradient', async () => {
    const table = g.feed('table', [3, 2]);
    const picked = g.matMul(g.oneHot(g.feed('label', [2]), 3), table);
    const [gradient = table] = gradients(g.sum(picked), [table]);
    const feeds = { table: Float32Array.of(1, 2, 3, 4, 5, 6), label: Float32Array.of(2, 2) };
    expect(await valueOf(picked, feeds)).to.deep.equal([5, 6, 5, 6]);
    expect(await valueOf(gradient, feeds)).to.deep.equal([0, 0, 0, 0, 2, 2]);
  });

  it('what changes nothing adds no node', () => {
    const a = g.feed('a', [2, 3]);
    const same = [
      g.transpose(a, [0, 1]),
      g.pad(a, [0, 0], [0, 0]),
      g.slice(a, [0, 0], [2, 3]),
      g.concat([a], 0),
      g.reshape(a, [2, 3]),
      g.broadcastTo(a, [2, 3]),
      g.sum(a, []),
    ];
    expect(same.every((node) => node === a)).to.be.true;
  });
});
