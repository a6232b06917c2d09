import { ReverieError } from '../../../core/errors.js';
import { add, matMul, variable as named } from '../../graph/ops.js';
import type { Dense } from '../layer.js';
import type { LayerRules } from './rules.js';

export const dense: LayerRules<Dense> = {
  variables({ units, transposeOf }, input) {
    const [width] = input;
    if (width === undefined || input.length !== 1)
      throw new ReverieError('bad-shape', 'needs rows, [n]; a flatten layer makes them');
    const bias = { role: 'bias', shape: [units], start: 0 } as const;
    if (transposeOf !== undefined) return [bias];
    return [{ role: 'kernel', shape: [width, units], start: { fanIn: width, fanOut: units } }, bias];
  },
  apply({ units, transposeOf }, x, { variable }) {
    const product =
      transposeOf === undefined
        ? matMul(x, variable('kernel'))
        : matMul(x, named(transposeOf, [units, ...x.shape.slice(1)]), { transposeB: true });
    return add(product, variable('bias'));
  },
};
