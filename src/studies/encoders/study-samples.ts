import { rowRange, type Dataset, type Samples } from '../../core/dataset.js';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import { checkRange } from '../sampling/study-data.js';
import { grouped, inDomain } from './changed-samples.js';
import { domainName, type EncoderPlan } from './encoder-plan.js';

/** What one seed learns from, and what it is measured on. */
export interface SeedSamples {
  readonly train: Samples;
  readonly measured: Samples;
}

/** Samples that a probe is fitted to, and those that it is measured on then. */
export interface ProbeTask {
  /** The first of its targets. */
  readonly name: string;
  readonly fit: Samples;
  readonly targets: readonly { readonly name: string; readonly samples: Samples }[];
}

/**
 * Draws the samples of a seed without replacement. To choose something by, those measured on are training samples that
 * were not drawn, and no test sample is looked at.
 */
export function drawnSamples(
  { train, test }: Dataset,
  wanted: EncoderPlan['samples'],
  validate: boolean,
  random: RandomStream,
): SeedSamples {
  const order = random.permutation(train.size);
  const rest = order.subarray(wanted.train);
  return {
    train: train.select(order.subarray(0, wanted.train)),
    measured: validate
      ? train.select(rest.subarray(0, wanted.test))
      : test.select(random.permutation(test.size).subarray(0, wanted.test)),
  };
}

/**
 * Refuses what would fail in the middle of a study: values outside [0, 1], a class in no group, pictures that are none,
 * a validation without samples.
 *
 * @throws bad-data, bad-usage
 */
export function checkSamples(
  dataset: Dataset,
  { samples, groupings, domains }: Pick<EncoderPlan, 'samples' | 'groupings' | 'domains'>,
  validate: boolean,
): void {
  const { name, train, classes } = dataset;
  checkRange(name, train);
  if (validate && train.size - samples.train < 1) {
    throw new ReverieError(
      'bad-data',
      `data set "${name}" has ${train.size} training samples and ${samples.train} are learnt: none are left for --validate; take fewer`,
    );
  }
  for (const grouping of groupings) {
    const known = new Set(grouping.groups.flat());
    const lacking = classes.filter((label) => !known.has(label));
    const strange = [...known].filter((label) => !classes.includes(label));
    if (lacking.length === 0 && strange.length === 0) continue;
    const what =
      lacking.length > 0
        ? `class ${lacking.join(', ')} is in none of them`
        : `data set "${name}" has no class ${strange.join(', ')}`;
    throw new ReverieError('bad-usage', `groups "${grouping.name}": ${what}; its classes are ${classes.join(', ')}`);
  }
  for (const domain of domains) inDomain(train, domain);
}

/**
 * What is predicted from codes in a study: the class, and the group of each grouping, by a probe that was fitted to the codes of the
 * training samples; for each domain the class in it, by a probe that was fitted to codes of that domain, and by one that
 * was not (`…, unseen`).
 */
export function probeTasks(
  { train: learnt, measured }: SeedSamples,
  { samples: { probe }, groupings, domains }: Pick<EncoderPlan, 'samples' | 'groupings' | 'domains'>,
): readonly ProbeTask[] {
  const train = learnt.select(rowRange(0, Math.min(probe, learnt.size)));
  const there = domains.map((domain) => ({
    name: domainName(domain),
    train: inDomain(train, domain),
    measured: inDomain(measured, domain),
  }));
  return [
    {
      name: 'classes',
      fit: train,
      targets: [
        { name: 'classes', samples: measured },
        ...there.map(({ name, measured: samples }) => ({ name: `${name}, unseen`, samples })),
      ],
    },
    ...groupings.map((grouping) => ({
      name: grouping.name,
      fit: grouped(train, grouping),
      targets: [{ name: grouping.name, samples: grouped(measured, grouping) }],
    })),
    ...there.map(({ name, train: fit, measured: samples }) => ({
      name,
      fit,
      targets: [{ name, samples }],
    })),
  ];
}
