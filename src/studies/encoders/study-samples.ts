import { rowRange, type Dataset, type Samples } from '../../core/dataset.js';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import { checkRange } from '../sampling/study-data.js';
import { domainName, type EncoderPlan, type Domain, type Grouping } from './encoder-plan.js';
import { formatShape } from '../../core/tensor.js';

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

/** What of samples is another. */
interface Change {
  readonly label?: (label: number) => number;
  /** Changes one sample in place. */
  readonly features?: (sample: Float32Array) => void;
}

function changed(samples: Samples, change: Change): Samples {
  const { label = (own: number) => own, features } = change;
  const { size, shape, width } = samples;
  return {
    size,
    shape,
    width,
    label: (row) => label(samples.label(row)),
    copyRows(rows, out, at = 0) {
      samples.copyRows(rows, out, at);
      if (features === undefined) return;
      for (let i = at; i < at + rows.length; i++) features(out.subarray(i * width, (i + 1) * width));
    },
    select: (rows) => changed(samples.select(rows), change),
  };
}

/** The samples with their group in place of their class. @throws bad-usage where a class is in no group */
export function grouped(samples: Samples, { name, groups }: Grouping): Samples {
  const groupOf = new Map(groups.flatMap((classes, group) => classes.map((label) => [label, group] as const)));
  return changed(samples, {
    label: (label) => {
      const group = groupOf.get(label);
      if (group === undefined)
        throw new ReverieError('bad-usage', `groups "${name}": class ${label} is in none of them`);
      return group;
    },
  });
}

/**
 * The samples as they look in another domain: inverted, x ↦ 1 − x; or pictures rotated about their middle,
 * counter-clockwise, values between pixels bilinear and those from outside 0.
 *
 * @throws bad-usage where samples that are no pictures are to be rotated
 */
export function inDomain(samples: Samples, domain: Domain): Samples {
  if (domain.name === 'inverted') {
    return changed(samples, {
      features: (sample) => {
        for (const [i, value] of sample.entries()) sample[i] = 1 - value;
      },
    });
  }
  const [height, columns, channels = 1] = samples.shape;
  if (height === undefined || columns === undefined || samples.shape.length > 3) {
    throw new ReverieError(
      'bad-usage',
      `domain "rotated" turns pictures of shape [height, width] or [height, width, channels]; these samples have the shape ${formatShape(samples.shape)}`,
    );
  }
  const weights = rotation(height, columns, domain.degrees);
  const turned = new Float32Array(samples.width);
  return changed(samples, {
    features: (sample) => {
      turned.fill(0);
      for (const { to, from, weight } of weights) {
        for (let c = 0; c < channels; c++) {
          turned[to * channels + c] = (turned[to * channels + c] ?? 0) + weight * (sample[from * channels + c] ?? 0);
        }
      }
      sample.set(turned);
    },
  });
}

/** What a pixel of the picture counts for one of the turned picture. */
interface PixelWeight {
  readonly to: number;
  readonly from: number;
  readonly weight: number;
}

function rotation(height: number, width: number, degrees: number): readonly PixelWeight[] {
  const angle = (degrees * Math.PI) / 180;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
  const weights: PixelWeight[] = [];
  for (let to = 0; to < height * width; to++) {
    const [y, x] = [Math.floor(to / width) - middleRow, (to % width) - middleColumn];
    // Rows count downwards: a turn that is seen as counter-clockwise takes its values from the clockwise side.
    const [fromY, fromX] = [middleRow + cosine * y + sine * x, middleColumn - sine * y + cosine * x];
    const [row, column] = [Math.floor(fromY), Math.floor(fromX)];
    for (const [r, c] of [
      [row, column],
      [row, column + 1],
      [row + 1, column],
      [row + 1, column + 1],
    ] as const) {
      const weight = (1 - Math.abs(fromY - r)) * (1 - Math.abs(fromX - c));
      const inside = r >= 0 && r < height && c >= 0 && c < width;
      if (inside && weight > 0) weights.push({ to, from: r * width + c, weight });
    }
  }
  return weights;
}
