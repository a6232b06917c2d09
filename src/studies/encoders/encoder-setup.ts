import type { Dataset } from '../../core/dataset.js';
import type { Encoder } from '../../core/encoder.js';
import type { EncoderCell, EncoderStudy } from './encoder-result.js';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { Json } from '../../core/snapshot.js';
import type { Shape } from '../../core/tensor.js';
import type { Engine } from '../../engine/engine.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import type { CodeSet } from '../../representation/code-set.js';
import type { CodeMap, CodeMapKind, CodeMapOptions } from '../../representation/maps/code-map.js';
import type { Probe } from '../../representation/probes/probe.js';
import type { CellStore } from '../cell-store.js';
import type { ChosenPart, EncoderPlan, PlannedArm } from './encoder-plan.js';

/** Makes what a plan names. */
export interface EncoderStudyParts {
  autoencoder(choice: ChosenPart, samples: SampleShape, random: RandomStream): Promise<MemoryNetwork>;
  encoder(choice: ChosenPart): Promise<Encoder>;
  probe(choice: ChosenPart): Promise<Probe>;
  /** Lays codes, or a sample of them, out in the plane. */
  map(set: CodeSet, options: CodeMapOptions): Promise<Pick<CodeMap, 'points' | 'rows'>>;
}

export interface SampleShape {
  readonly shape: Shape;
  readonly width: number;
}

/** An array to be kept beside a cell: `cell`, what it is, and its values. */
export interface KeptArray {
  readonly cell: string;
  /** Such as `test-codes`; fit to be a file name. */
  readonly what: string;
  readonly values: Float32Array | Int32Array;
  readonly shape: Shape;
}

/** All that an encoder study is made of. */
export interface EncoderSetup {
  readonly name: string;
  readonly dataset: Dataset;
  readonly plan: EncoderPlan;
  readonly parts: EncoderStudyParts;
  readonly engine: Engine;
  /** Versions of reverie and Node; the engine's are added. */
  readonly versions: Readonly<Record<string, string>>;
  /** Measure on training samples that nothing learns instead of the test samples: to choose by. */
  readonly validate: boolean;
  /** Whether the codes of each cell are kept. */
  readonly codes: boolean;
  /** Which maps are made of the codes of the first seed's cells. */
  readonly maps: readonly CodeMapKind[];
  /** Where finished cells are kept. */
  readonly store: CellStore<EncoderCell, EncoderStudy>;
  /** Keeps an array; not called where neither codes nor maps are asked for. */
  readonly keep: (array: KeptArray) => Promise<void>;
  /** Aborting it ends the study after its present step; the stream then completes without `study-completed`. */
  readonly stop?: AbortSignal;
  /** Milliseconds from any beginning. */
  readonly clock: () => number;
}

/** A cell that is to be made. */
export interface PlannedCell {
  readonly name: string;
  readonly arm: PlannedArm;
  readonly seed: number;
}

/** The cells of a plan, seed by seed, so that what is finished can be compared. */
export function cellsOf({ arms, seeds }: EncoderPlan): readonly PlannedCell[] {
  return seeds.flatMap((seed) => arms.map((arm) => ({ name: cellName(arm.name, seed), arm, seed })));
}

/** @throws bad-usage where two arms would be kept under one name */
export function checkNames(plan: EncoderPlan): void {
  const arms = new Map<string, string>();
  for (const { name } of plan.arms) {
    // Some file systems do not tell upper from lower case.
    const file = cellName(name, 0).toLowerCase();
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

/** Such as `vanilla-icrst-p-0.5-1`; characters that could trouble a file system become dashes. */
function cellName(arm: string, seed: number): string {
  return `${arm.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^\.+/, '-')}-${seed}`;
}

/**
 * What decides what comes out of a cell: two with the same identity are the same, but for their seconds. The other arms and
 * seeds are no part of it.
 */
export function cellIdentity(
  {
    dataset,
    plan,
    engine,
    validate,
    codes,
    maps,
  }: Pick<EncoderSetup, 'dataset' | 'plan' | 'engine' | 'validate' | 'codes' | 'maps'>,
  name: string,
): Json {
  const { arm, seed } = cellsOf(plan).find((planned) => planned.name === name) ?? {};
  // What it is compared with, and a paper's number, change nothing of it.
  const arms = arm === undefined ? [] : [own(arm)];
  return {
    dataset: { name: dataset.name, source: dataset.source, train: dataset.train.size, test: dataset.test.size },
    engine: engine.name,
    validate,
    kept: { codes, maps: seed === plan.seeds[0] ? maps : [] },
    plan: planJson({ ...plan, arms, seeds: [] }),
  };
}

/** The plan as JSON. */
export function planJson({ samples, arms, groupings, probes, domains, training, seeds }: EncoderPlan): Json {
  return {
    samples: { ...samples },
    arms: arms.map(({ name, autoencoder, encoder, groups, against, paper }) => ({
      name,
      autoencoder: { ...autoencoder },
      encoder: { ...encoder },
      ...(groups === undefined ? {} : { groups }),
      ...(against === undefined ? {} : { against }),
      ...(paper === undefined ? {} : { paper }),
    })),
    groupings: groupings.map((grouping) => ({ ...grouping })),
    probes: probes.map((probe) => ({ ...probe })),
    domains: domains.map((domain) => ({ ...domain })),
    training: {
      epochs: training.epochs,
      batchSize: training.batchSize,
      ...(training.validation === undefined ? {} : { validation: { ...training.validation } }),
    },
    seeds,
  };
}

function own({ name, autoencoder, encoder, groups }: PlannedArm): PlannedArm {
  return { name, autoencoder, encoder, ...(groups === undefined ? {} : { groups }) };
}
