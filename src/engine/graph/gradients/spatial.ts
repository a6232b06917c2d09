import { sizeOf, type Shape } from '../../../core/tensor.js';
import type { Convolution, GraphNode, Pair, Pooling } from '../node.js';
import {
  broadcastTo,
  constant,
  conv2d,
  conv2dKernelGrad,
  convTranspose2d,
  reshape,
  add,
  concat,
  equal,
  mul,
  pad,
  slice,
  sub,
  transpose,
} from '../ops.js';
import { unreached } from '../ops/spatial.js';
import { zeros, type InputGradients } from './rules.js';

/** The three convolutions are each other's gradients: conv2d(x, k) is linear in x and in k, and these are its adjoints. */
export function convolutionGradients(y: Convolution, g: GraphNode): InputGradients {
  const [x, other] = y.inputs;
  const { strides, padding, dilations } = y;
  const geometry = { strides, padding, dilations };
  const dy = broadcastTo(g, y.shape);
  const imageGradient = (upstream: GraphNode, kernel: GraphNode): GraphNode =>
    convTranspose2d(upstream, kernel, { ...geometry, outputPadding: unreached(x.shape, kernel.shape, geometry) });
  switch (y.op) {
    case 'conv2d':
      return [() => imageGradient(dy, other), () => conv2dKernelGrad(x, dy, sizeOfKernel(other.shape), geometry)];
    case 'convTranspose2d':
      return [() => conv2d(dy, other, geometry), () => conv2dKernelGrad(dy, x, sizeOfKernel(other.shape), geometry)];
    case 'conv2dKernelGrad':
      return [() => imageGradient(other, dy), () => conv2d(x, dy, geometry)];
  }
}

/** Every window hands its gradient to all of its pixels in equal parts: a transposed convolution of each channel. */
export function averagePoolGradient(y: Pooling, g: GraphNode): GraphNode {
  const [n = 1, channels = 1, height = 1, width = 1] = y.inputs[0].shape;
  const [kh, kw] = y.size;
  const share: Shape = [1, 1, kh, kw];
  const geometry = { strides: y.strides, padding: y.padding, dilations: [1, 1] as const };
  const image = reshape(broadcastTo(g, y.shape), [n * channels, 1, ...y.shape.slice(2)]);
  const kernel = constant(new Float32Array(kh * kw).fill(1 / (kh * kw)), share);
  const outputPadding = unreached([1, 1, height, width], share, geometry);
  return reshape(convTranspose2d(image, kernel, { ...geometry, outputPadding }), y.inputs[0].shape);
}

function sizeOfKernel([, , height = 1, width = 1]: Shape): Pair {
  return [height, width];
}

/**
 * Hands the gradient of each window to the first of its largest pixels, in row-major order. Built from primitives, so
 * that all engines agree on ties. The image is cut into stride × stride phases, pixels a stride apart: in a phase the
 * pixels at one place of all windows are one block.
 */
export function maxPoolGradient(y: Pooling, g: GraphNode): GraphNode {
  const [x] = y.inputs;
  const [rows, columns] = [axisOf(y, 0), axisOf(y, 1)];
  const phases = cutIntoPhases(x, rows, columns);
  const [n = 1, channels = 1] = x.shape;
  const windows = [n, channels, rows.windows, columns.windows];

  let remaining = broadcastTo(g, y.shape);
  const collected = new Map<number, GraphNode>();
  for (let i = 0; i < rows.size; i++) {
    for (let j = 0; j < columns.size; j++) {
      const phase = (i % rows.stride) * columns.stride + (j % columns.stride);
      const shift = [0, 0, Math.floor(i / rows.stride), Math.floor(j / columns.stride)];
      const pixels = slice(block(phases, phase), shift, windows);
      const won = mul(equal(pixels, y), remaining);
      remaining = sub(remaining, won);
      const grid = [n, channels, rows.cells, columns.cells];
      const after = grid.map((extent, axis) => extent - (shift[axis] ?? 0) - (windows[axis] ?? 0));
      const placed = pad(won, shift, after);
      const sofar = collected.get(phase);
      collected.set(phase, sofar === undefined ? placed : add(sofar, placed));
    }
  }
  return joinPhases(collected, x, rows, columns);
}

/** One direction of a pooling. */
interface Axis {
  readonly size: number;
  readonly stride: number;
  readonly windows: number;
  /** Pixels of each phase: enough for all windows. */
  readonly cells: number;
  /** Padding before the image; pixels of the image that the cells hold; padding after them. */
  readonly before: number;
  readonly used: number;
  readonly after: number;
}

function axisOf(y: Pooling, axis: 0 | 1): Axis {
  const [size, stride] = [y.size[axis], y.strides[axis]];
  const [windows = 1, pixels = 1] = [y.shape[2 + axis], y.inputs[0].shape[2 + axis]];
  const before = axis === 0 ? y.padding.top : y.padding.left;
  const cells = Math.ceil(((windows - 1) * stride + size) / stride);
  const used = Math.min(pixels, cells * stride - before);
  return { size, stride, windows, cells, before, used, after: cells * stride - before - used };
}

/** [phases, n, channels, cells, cells], −∞ in the padding. */
function cutIntoPhases(x: GraphNode, rows: Axis, columns: Axis): GraphNode {
  const [n = 1, channels = 1] = x.shape;
  const used = slice(x, [0, 0, 0, 0], [n, channels, rows.used, columns.used]);
  const padded = pad(used, [0, 0, rows.before, columns.before], [0, 0, rows.after, columns.after], -Infinity);
  // First columns, then rows: transposing six axes at once is 25 times slower on wasm.
  const height = rows.cells * rows.stride;
  const byColumn = transpose(reshape(padded, [n * channels * height, columns.cells, columns.stride]), [2, 0, 1]);
  const lines = [columns.stride * n * channels * rows.cells, rows.stride, columns.cells];
  const byRow = transpose(reshape(byColumn, lines), [1, 0, 2]);
  return reshape(byRow, [rows.stride * columns.stride, n, channels, rows.cells, columns.cells]);
}

function block(phases: GraphNode, phase: number): GraphNode {
  const shape = phases.shape.slice(1);
  // Of a matrix: the more axes, the slower the slice.
  const rows = reshape(phases, [phases.shape[0] ?? 1, sizeOf(shape)]);
  return reshape(slice(rows, [phase, 0], [1, sizeOf(shape)]), shape);
}

/** The inverse of cutting; phases that no window reaches are 0. */
function joinPhases(collected: ReadonlyMap<number, GraphNode>, x: GraphNode, rows: Axis, columns: Axis): GraphNode {
  const [n = 1, channels = 1, height = 1, width = 1] = x.shape;
  const grid = [1, n * channels * rows.cells * columns.cells];
  const phases = Array.from({ length: rows.stride * columns.stride }, (_, phase) => {
    const values = collected.get(phase);
    return values === undefined ? zeros(grid) : reshape(values, grid);
  });
  const lines = columns.stride * n * channels * rows.cells;
  const byColumn = transpose(reshape(concat(phases, 0), [rows.stride, lines, columns.cells]), [1, 0, 2]);
  const whole = n * channels * rows.cells * rows.stride;
  const joined = transpose(reshape(byColumn, [columns.stride, whole, columns.cells]), [1, 2, 0]);
  const padded = reshape(joined, [n, channels, rows.cells * rows.stride, columns.cells * columns.stride]);
  const used = slice(padded, [0, 0, rows.before, columns.before], [n, channels, rows.used, columns.used]);
  return pad(used, [0, 0, 0, 0], [0, 0, height - rows.used, width - columns.used]);
}
