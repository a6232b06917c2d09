/** An autoencoder of Table I. */
export interface TableOneMemory {
  readonly name: 'deep-ae' | 'shallow-ae' | 'deep-dae' | 'shallow-dae';
  readonly title: string;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  readonly latent: number;
  /** Of all hidden units, those of the bottleneck included. */
  readonly activation: 'relu' | 'tanh';
  readonly epochs: number;
  /**
   * Of a denoising autoencoder: σ of its pre-activation noise, which the table gives as N(0, σ), and the probability of
   * salt-and-pepper noise.
   */
  readonly noise?: { readonly gaussian: number; readonly saltAndPepper: number };
  /** Accuracy, in [0, 1], of the classifier that learnt from its dreams. */
  readonly accuracy: number;
}

/** The rows of Table I for one data set. */
export interface TableOne {
  /** The data set as the paper calls it. */
  readonly data: string;
  readonly classifier: { readonly hidden: readonly number[]; readonly epochs: number; readonly accuracy: number };
  /** Accuracy of the classifier that learnt from labelled N(0, I) noise. */
  readonly random: number;
  readonly memories: readonly TableOneMemory[];
}

/** Number of epochs and accuracy of the four autoencoders, in the table's order: deep, shallow, deep DAE, shallow DAE. */
type Outcome = readonly [epochs: number, accuracy: number];

function memories(
  deep: readonly [...hidden: number[], latent: number],
  shallow: number,
  noise: number,
  [deepAe, shallowAe, deepDae, shallowDae]: readonly [Outcome, Outcome, Outcome, Outcome],
): readonly TableOneMemory[] {
  const ofDeep = { hidden: deep.slice(0, -1), latent: deep.at(-1) ?? 0, activation: 'relu' } as const;
  const ofShallow = { hidden: [], latent: shallow, activation: 'tanh' } as const;
  // Section IV-D gives the probability of salt-and-pepper noise for MNIST only, 0.5, which is the number that the table
  // has for σ; "of mean and standard deviation as defined in Table I" is read as: the same number for CIFAR too.
  const denoising = { noise: { gaussian: noise, saltAndPepper: noise } };
  return [
    { name: 'deep-ae', title: 'Deep AE', ...ofDeep, epochs: deepAe[0], accuracy: deepAe[1] },
    { name: 'shallow-ae', title: 'Shallow AE', ...ofShallow, epochs: shallowAe[0], accuracy: shallowAe[1] },
    { name: 'deep-dae', title: 'Deep DAE', ...ofDeep, ...denoising, epochs: deepDae[0], accuracy: deepDae[1] },
    {
      name: 'shallow-dae',
      title: 'Shallow DAE',
      ...ofShallow,
      ...denoising,
      epochs: shallowDae[0],
      accuracy: shallowDae[1],
    },
  ];
}

/**
 * Table I, "Model parameters and results", of Solinas et al. 2020. The text of section IV-D has 50 epochs for all ground
 * truth classifiers; the table, 20 for MNIST. Here it is the table.
 */
export const tableOne = {
  mnist: {
    data: 'MNIST',
    classifier: { hidden: [500, 500], epochs: 20, accuracy: 0.98 },
    random: 0.925,
    memories: memories([600, 400, 100], 32, 0.5, [
      [200, 0.978],
      [50, 0.975],
      [200, 0.978],
      [100, 0.965],
    ]),
  },
  'cifar-10': {
    data: 'CIFAR-10',
    classifier: { hidden: [500, 500], epochs: 50, accuracy: 0.92 },
    random: 0.892,
    memories: memories([1000, 800, 400], 400, 0.05, [
      [200, 0.915],
      [100, 0.906],
      [200, 0.915],
      [100, 0.911],
    ]),
  },
  'cifar-100': {
    data: 'CIFAR-100',
    classifier: { hidden: [1000], epochs: 50, accuracy: 0.75 },
    random: 0.643,
    memories: memories([1000, 800, 400], 400, 0.05, [
      [200, 0.749],
      [200, 0.731],
      [200, 0.749],
      [200, 0.73],
    ]),
  },
} as const satisfies Record<string, TableOne>;

export type TableName = keyof typeof tableOne;
