import { ReverieError } from '../../core/errors.js';
import { sizeOf } from '../../core/tensor.js';
import { variables, type Network } from './network.js';

/** Values of a layer, at most: wider ones are slips of the keyboard, and are refused with their place in the file. */
export const maxWidth = 2 ** 16;

/**
 * Values of a network's variables, at most: 1 GiB as float32. Adam keeps two more for each and a checkpoint all three,
 * which is what a file of tensors holds and about what a machine has.
 */
const maxValues = 2 ** 28;

/**
 * Makes sure that a network can be made, from its description and in no time, before memory is taken for it.
 *
 * @throws ReverieError `bad-usage` where its variables would take more than 1 GiB
 */
export function checkSize(network: Network): void {
  const { trainable, statistics } = variables(network);
  const all = [...trainable, ...statistics];
  const values = all.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (values <= maxValues) return;
  const [largest] = all.sort((a, b) => sizeOf(b.shape) - sizeOf(a.shape));
  throw new ReverieError(
    'bad-usage',
    `network "${network.name}" would have ${values.toLocaleString('en')} parameters, ${gibibytes(values)} GiB, of which ` +
      `the largest array has the shape [${largest?.shape.join(', ') ?? ''}]; expected at most ` +
      `${maxValues.toLocaleString('en')}; make its hidden layers or its code narrower`,
  );
}

function gibibytes(values: number): string {
  return ((4 * values) / 2 ** 30).toLocaleString('en', { maximumFractionDigits: 1 });
}
