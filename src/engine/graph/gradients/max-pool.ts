import type { GraphNode, Pooling } from '../node.js';
import { add, broadcastTo, concat, equal, mul, pad, reshape, slice, sub, transpose } from '../ops.js';
import { zeros } from './sum-to.js';

/**
 * Hands the gradient of each window to the first of its largest pixels, in row-major order.
 *
 * Built from primitives, so that all engines agree on ties: TensorFlow.js on wasm loses gradients of windows whose
 * maximum is 0. The image is cut into stride × stride phases, pixels a stride apart, for in a phase the pixels that lie
 * at one place of all windows are one block.
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
  const cut = reshape(padded, [n, channels, rows.cells, rows.stride, columns.cells, columns.stride]);
  const phases = rows.stride * columns.stride;
  return reshape(transpose(cut, [3, 5, 0, 1, 2, 4]), [phases, n, channels, rows.cells, columns.cells]);
}

function block(phases: GraphNode, phase: number): GraphNode {
  const shape = phases.shape.slice(1);
  return reshape(slice(phases, [phase, 0, 0, 0, 0], [1, ...shape]), shape);
}

/** The inverse of cutting; phases that no window reaches are 0. */
function joinPhases(collected: ReadonlyMap<number, GraphNode>, x: GraphNode, rows: Axis, columns: Axis): GraphNode {
  const [n = 1, channels = 1, height = 1, width = 1] = x.shape;
  const grid = [1, n, channels, rows.cells, columns.cells];
  const phases = Array.from({ length: rows.stride * columns.stride }, (_, phase) =>
    reshape(collected.get(phase) ?? zeros(grid), grid),
  );
  const stacked = reshape(concat(phases, 0), [rows.stride, columns.stride, n, channels, rows.cells, columns.cells]);
  const padded = reshape(transpose(stacked, [2, 3, 4, 0, 5, 1]), [
    n,
    channels,
    rows.cells * rows.stride,
    columns.cells * columns.stride,
  ]);
  const used = slice(padded, [0, 0, rows.before, columns.before], [n, channels, rows.used, columns.used]);
  return pad(used, [0, 0, 0, 0], [0, 0, height - rows.used, width - columns.used]);
}
