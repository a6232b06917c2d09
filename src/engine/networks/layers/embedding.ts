import { ReverieError } from '../../../core/errors.js';
import { formatShape } from '../../../core/tensor.js';
import { matMul, oneHot } from '../../graph/ops.js';
import type { Embedding } from '../layer.js';
import type { LayerRules } from './rules.js';

export const embedding: LayerRules<Embedding> = {
  variables({ count, width }, input) {
    if (input.length > 0)
      throw new ReverieError('bad-shape', `needs one label a row: samples ${formatShape([])}, batches [batch]`);
    return [{ role: 'table', shape: [count, width], start: 'normal' }];
  },
  // As a product of a one-hot matrix, whose gradient is a product as well: tables of class labels are small.
  apply: ({ count }, x, { variable }) => matMul(oneHot(x, count), variable('table')),
};
