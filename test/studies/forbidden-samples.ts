import type { Samples } from '../../src/core/dataset.js';

/** Samples of which the size and shape may be known, but at which nobody may look. */
export function forbiddenSamples({ size, shape, width }: Samples): Samples {
  const forbidden: Samples = {
    size,
    shape,
    width,
    label: () => {
      throw new Error('a test label was looked at');
    },
    copyRows: () => {
      throw new Error('a test sample was looked at');
    },
    select: () => forbidden,
  };
  return forbidden;
}
