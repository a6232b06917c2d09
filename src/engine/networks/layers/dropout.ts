import { ReverieError } from '../../../core/errors.js';
import { mul } from '../../graph/ops.js';
import type { Dropout } from '../layer.js';
import type { LayerRules } from './rules.js';

export const dropout: LayerRules<Dropout> = {
  apply({ rate }, x, { mode, mask }) {
    if (!(rate >= 0 && rate < 1))
      throw new ReverieError('bad-usage', `its rate is ${rate}, and must be at least 0 and less than 1`);
    return mode === 'training' ? mul(x, mask(x, rate)) : x;
  },
};
