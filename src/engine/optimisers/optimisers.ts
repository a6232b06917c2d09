import { ReverieError } from '../../core/errors.js';
import { Adam, type AdamOptions } from './adam.js';
import type { Optimiser } from './optimiser.js';
import { Rmsprop, type RmspropOptions } from './rmsprop.js';
import { Sgd, type SgdOptions } from './sgd.js';

interface OptionsByName {
  readonly adam: AdamOptions;
  readonly sgd: SgdOptions;
  readonly rmsprop: RmspropOptions;
}

export type OptimiserName = keyof OptionsByName;

/** The optimisers by the name under which options choose them. */
const optimisers: { readonly [N in OptimiserName]: (options: OptionsByName[N]) => Optimiser } = {
  adam: (options) => new Adam(options),
  sgd: (options) => new Sgd(options),
  rmsprop: (options) => new Rmsprop(options),
};

/** An optimiser as plain data: `{ name: 'sgd', learningRate: 0.1, momentum: 0.9 }`. */
export type OptimiserOptions<N extends OptimiserName = OptimiserName> = {
  readonly [M in N]: { readonly name: M } & OptionsByName[M];
}[N];

/** @throws bad-usage where there is no optimiser of that name, or an option is out of its range */
export function makeOptimiser<N extends OptimiserName>(options: { readonly name: N } & OptionsByName[N]): Optimiser {
  if (!Object.hasOwn(optimisers, options.name)) {
    const known = Object.keys(optimisers).join(', ');
    throw new ReverieError('bad-usage', `there is no optimiser "${options.name}"; there are ${known}`);
  }
  return optimisers[options.name](options);
}
