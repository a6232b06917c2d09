import { ReverieError } from '../../../core/errors.js';
import { add, matMul } from '../../graph/ops.js';
import type { Dense } from '../layer.js';
import type { LayerRules } from './rules.js';

export const dense: LayerRules<Dense> = {
  variables({ units }, input) {
    const [width] = input;
    if (width === undefined || input.length !== 1)
      throw new ReverieError('bad-shape', 'needs rows, [n]; a flatten layer makes them');
    return [
      { role: 'kernel', shape: [width, units], start: { fanIn: width, fanOut: units } },
      { role: 'bias', shape: [units], start: 0 },
    ];
  },
  apply: (_, x, { variable }) => add(matMul(x, variable('kernel')), variable('bias')),
};
