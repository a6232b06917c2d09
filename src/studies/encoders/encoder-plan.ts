import { ReverieError } from '../../core/errors.js';
import { directoryName } from '../../experiment/numbered-directory.js';
import type { EncoderArm } from './encoder-result.js';
import type { Json } from '../../core/snapshot.js';
import type { FitPlan } from '../../representation/fitting/fit-autoencoder.js';

/** A part by its name, with its options filled in. */
export interface ChosenPart {
  readonly name: string;
  readonly options: Json;
  /** Tells it from others of the same name; the name itself where absent. */
  readonly label?: string;
}

/** A probe, and what it predicts: all targets, or the classes alone, where it takes long; all where absent. */
export interface ChosenProbe extends ChosenPart {
  readonly targets?: 'all' | 'classes';
}

/** Classes that are taken for one. */
export interface Grouping {
  readonly name: string;
  /** Each class of the data set in one of them; group g stands for class g. */
  readonly groups: readonly (readonly number[])[];
}

/** What is compared, and how it is made. */
export interface PlannedArm {
  readonly name: string;
  readonly autoencoder: ChosenPart;
  readonly encoder: ChosenPart;
  /** Name of the grouping whose groups take the place of classes while it is taught; the classes themselves where absent. */
  readonly groups?: string;
  /** Name of the arm that it is compared with. */
  readonly against?: string;
  readonly paper?: number;
}

/** Samples of another domain: those of the data set, changed. */
export type Domain = { readonly name: 'inverted' } | { readonly name: 'rotated'; readonly degrees: number };

/** Everything that is chosen in an encoder study; plain data. */
export interface EncoderPlan {
  /** Drawn anew for each seed, without replacement; all where there are fewer. */
  readonly samples: {
    readonly train: number;
    readonly test: number;
    /** The first so many of the training samples are what probes are fitted to. */
    readonly probe: number;
  };
  /** No two of the same name. */
  readonly arms: readonly PlannedArm[];
  /** Probes predict the class, and the group of each of these. */
  readonly groupings: readonly Grouping[];
  readonly probes: readonly ChosenProbe[];
  readonly domains: readonly Domain[];
  readonly training: FitPlan;
  readonly seeds: readonly number[];
}

/**
 * Every autoencoder with every encoder; each is compared with the first identity among the encoders, on the same
 * autoencoder.
 */
export function everyArm(
  autoencoders: readonly ChosenPart[],
  encoders: readonly (ChosenPart & { readonly groups?: string })[],
): readonly PlannedArm[] {
  const standard = encoders.find(({ name }) => name === 'identity');
  return autoencoders.flatMap((autoencoder) =>
    encoders.map(({ groups, ...encoder }) => ({
      name: armName(autoencoder, encoder),
      autoencoder,
      encoder,
      ...(groups === undefined ? {} : { groups }),
      ...(standard === undefined || labelOf(standard) === labelOf(encoder)
        ? {}
        : { against: armName(autoencoder, standard) }),
    })),
  );
}

/** Such as `vanilla, icrst p=0.5`. */
function armName(autoencoder: ChosenPart, encoder: ChosenPart): string {
  return `${labelOf(autoencoder)}, ${labelOf(encoder)}`;
}

/** The arms as they stand in the result. */
export function armsOf({ arms }: Pick<EncoderPlan, 'arms'>): readonly EncoderArm[] {
  return arms.map(({ name, autoencoder, encoder, groups, against, paper }) => ({
    name,
    autoencoder: labelOf(autoencoder),
    encoder: labelOf(encoder),
    ...(groups === undefined ? {} : { groups }),
    ...(against === undefined ? {} : { against }),
    ...(paper === undefined ? {} : { paper }),
  }));
}

export function labelOf({ name, label = name }: ChosenPart): string {
  return label;
}

/** Such as `rotated 45°`. */
export function domainName(domain: Domain): string {
  return domain.name === 'rotated' ? `rotated ${domain.degrees}°` : domain.name;
}

/** @throws bad-usage where two arms would be kept under one name */
export function checkNames(plan: EncoderPlan): void {
  const arms = new Map<string, string>();
  for (const { name } of plan.arms) {
    // Some file systems do not distinguish upper from lower case.
    const file = directoryName(name).toLowerCase();
    const other = arms.get(file);
    if (other !== undefined) {
      throw new ReverieError(
        'bad-usage',
        `"${other}" and "${name}" would be kept under the same file name; give one of them another label`,
      );
    }
    arms.set(file, name);
  }
}
