import type { GraphNode, Layout } from '../node.js';
import { broadcastTo, pad, reshape, slice, transpose } from '../ops.js';
import { sumTo, type InputGradients } from './sum-to.js';

export function layoutGradients(y: Layout, g: GraphNode): InputGradients {
  const dy = (): GraphNode => broadcastTo(g, y.shape);
  switch (y.op) {
    case 'reshape':
      return [() => reshape(dy(), y.inputs[0].shape)];
    case 'broadcastTo':
      return [() => sumTo(g, y.inputs[0].shape, y.shape)];
    case 'transpose': {
      const inverse = y.permutation.map((_, axis) => y.permutation.indexOf(axis));
      return [() => transpose(dy(), inverse)];
    }
    case 'concat': {
      const begins = y.inputs.map((_, i) =>
        y.inputs.slice(0, i).reduce((total, { shape }) => total + (shape[y.axis] ?? 0), 0),
      );
      return y.inputs.map((input, i) => () => {
        const begin = y.shape.map((_, axis) => (axis === y.axis ? (begins[i] ?? 0) : 0));
        return slice(dy(), begin, input.shape);
      });
    }
    case 'slice': {
      const [x] = y.inputs;
      const after = x.shape.map((extent, axis) => extent - (y.begin[axis] ?? 0) - (y.shape[axis] ?? 0));
      return [() => pad(dy(), y.begin, after)];
    }
    case 'pad':
      return [() => slice(dy(), y.before, y.inputs[0].shape)];
  }
}
