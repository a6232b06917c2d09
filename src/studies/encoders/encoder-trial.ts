import { join } from 'node:path';
import { z } from 'zod';
import type { Samples } from '../../core/dataset.js';
import type { Encoder } from '../../core/encoder.js';
import { RandomStreams, type RandomStream } from '../../core/random.js';
import type { Shape } from '../../core/tensor.js';
import { EventLoopYielder } from '../../experiment/event-loop-yielder.js';
import type { Measurement, TrialContext, TrialKind } from '../../experiment/trials/trial-kind.js';
import { writeOutput } from '../../files/output-file.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { npyFile } from '../../files/npy.js';
import { encodeAll, type CodeSet } from '../../representation/code-set.js';
import { fitAutoencoder, type FitReport } from '../../representation/fitting/fit-autoencoder.js';
import { mapCodes, type CodeMap, type CodeMapKind, type CodeMapOptions } from '../../representation/maps/code-map.js';
import { evaluateProbe, type Probe } from '../../representation/probes/probe.js';
import { groundSpec, json, remembered, type GroundSpec, type StudyServices } from '../study-services.js';
import { grouped, drawnSamples, probeTasks, type SeedSamples } from './study-samples.js';
import { codeMeasuresOf } from './code-measures.js';
import { labelOf, type ChosenPart, type EncoderPlan, type PlannedArm } from './encoder-plan.js';
import { codeMeasures, encoderResult, probeMeasures, type EncoderResult, type ProbeOutcome } from './encoder-result.js';

/** Makes what a plan names. */
export interface EncoderStudyParts {
  autoencoder(
    choice: ChosenPart,
    samples: { readonly shape: Shape; readonly width: number },
    random: RandomStream,
  ): Promise<MemoryNetwork>;
  encoder(choice: ChosenPart): Promise<Encoder>;
  probe(choice: ChosenPart): Promise<Probe>;
}

export interface EncoderServices extends StudyServices {
  parts(): Promise<EncoderStudyParts>;
  /** Lays codes, or a sample of them, out in the plane; as reverie does if not given. */
  readonly map?: (set: CodeSet, options: CodeMapOptions) => Promise<Pick<CodeMap, 'points' | 'rows'>>;
}

/** An arm, with all that decides what comes of it: what it is compared with is no part of it. */
export interface EncoderSpec extends GroundSpec, Omit<EncoderPlan, 'arms' | 'seeds'> {
  readonly arm: Pick<PlannedArm, 'autoencoder' | 'encoder' | 'groups'>;
  /** Whether its codes are kept, and which maps of them. */
  readonly codes: boolean;
  readonly maps: readonly CodeMapKind[];
}

/** What happens while an arm is run: an optimiser step of its autoencoder, or a probe that was fitted and measured. */
export type EncoderEvent = {
  /** In [0, 1]: how much of the trial is done, an estimate. */
  readonly done: number;
} & (
  | { readonly type: 'autoencoder-trained'; readonly epoch: number; readonly epochs: number; readonly loss: number }
  | { readonly type: 'probe-fitted'; readonly probe: string; readonly task: string }
);

const count = z.int().min(1);
const part = z.object({ name: z.string(), options: json, label: z.string().exactOptional() });

const encoderSpec: z.ZodType<EncoderSpec> = z.object({
  ...groundSpec,
  arm: z.object({ autoencoder: part, encoder: part, groups: z.string().exactOptional() }),
  codes: z.boolean(),
  maps: z.array(z.enum(['pca', 'tsne', 'umap'])),
  samples: z.object({ train: count, test: count, probe: count }),
  groupings: z.array(z.object({ name: z.string(), groups: z.array(z.array(z.int())) })),
  probes: z.array(part.extend({ targets: z.enum(['all', 'classes']).exactOptional() })),
  domains: z.array(
    z.discriminatedUnion('name', [
      z.object({ name: z.literal('inverted') }),
      z.object({ name: z.literal('rotated'), degrees: z.number() }),
    ]),
  ),
  training: z.object({
    epochs: count,
    batchSize: count,
    validation: z.object({ fraction: z.number(), patience: count }).exactOptional(),
  }),
});

/** About how much of a trial's time its autoencoder takes; only to estimate how much time is left. */
const trainingShare = 0.6;

/**
 * The arms of encoder studies as trials: draw samples, train an autoencoder, fit probes to its codes, measure. What is
 * drawn depends on seed and autoencoder alone, so that arms that differ in their encoder can be compared in pairs.
 */
export function encoderTrials(services: EncoderServices): TrialKind<EncoderSpec, EncoderEvent, EncoderResult> {
  const dataset = remembered((choice: GroundSpec['dataset']) => services.dataset(choice));
  return {
    name: 'encoder-arm',
    spec: encoderSpec,
    result: encoderResult,
    async *run(spec, seed, context) {
      const began = services.clock();
      const random = new RandomStreams(seed);
      const parts = await services.parts();
      const drawn = drawnSamples(await dataset(spec.dataset), spec.samples, spec.validate, random.stream('samples'));
      const own = random.stream(`${labelOf(spec.arm.autoencoder)}/parameters`);
      const network = await parts.autoencoder(spec.arm.autoencoder, drawn.train, own);
      const work = { spec, parts, random, network, samples: drawn };
      try {
        const { losses, bestEpoch, steps } = yield* trained(work, services.clock);
        const probes = yield* probed(work);
        const measured = await codeMeasuresOf(network, drawn.measured);
        if (spec.codes) await keepCodes(work, context);
        if (!(await keepMaps(work, context, services.map ?? mapCodes))) return undefined;
        return { losses, bestEpoch, steps, probes, ...measured, seconds: (services.clock() - began) / 1000 };
      } finally {
        network.dispose();
      }
    },
    measurements,
    isFrequent: ({ type }) => type === 'autoencoder-trained',
  };
}

interface EncoderWork {
  readonly spec: EncoderSpec;
  readonly parts: EncoderStudyParts;
  readonly random: RandomStreams;
  readonly network: MemoryNetwork;
  readonly samples: SeedSamples;
}

async function* trained(
  { spec, parts, random, network, samples }: EncoderWork,
  clock: () => number,
): AsyncGenerator<EncoderEvent, FitReport, undefined> {
  const grouping = spec.groupings.find(({ name }) => name === spec.arm.groups);
  const train = grouping === undefined ? samples.train : grouped(samples.train, grouping);
  const encoder = await parts.encoder(spec.arm.encoder);
  const fit = fitAutoencoder({ network, encoder, train, plan: spec.training, random: random.stream('fitting') });
  const yielder = new EventLoopYielder(clock);
  for (;;) {
    const next = await fit.next();
    if (next.done === true) return next.value;
    if (next.value.type === 'step-trained') {
      const { epoch, epochs, loss, step, steps } = next.value;
      yield { type: 'autoencoder-trained', epoch, epochs, loss, done: (trainingShare * step) / steps };
    }
    await yielder.yieldToEventLoop();
  }
}

/**
 * Fits every probe to the codes of each task, and measures it; each draws from a stream of its own, so that which others
 * there are changes nothing of it.
 */
async function* probed({
  spec,
  parts,
  random,
  network,
  samples,
}: EncoderWork): AsyncGenerator<EncoderEvent, readonly ProbeOutcome[], undefined> {
  const outcomes: ProbeOutcome[] = [];
  const tasks = probeTasks(samples, spec).map((task) => ({
    ...task,
    probes: spec.probes.filter(({ targets = 'all' }) => targets === 'all' || task.name === 'classes'),
  }));
  const total = tasks.reduce((sum, { probes }) => sum + probes.length, 0);
  let fittings = 0;
  for (const { name: task, fit, targets, probes } of tasks) {
    const codes = await encodeAll(network, fit);
    const measured = [];
    for (const target of targets) measured.push({ target: target.name, set: await encodeAll(network, target.samples) });
    for (const choice of probes) {
      const probe = labelOf(choice);
      const fitted = await (await parts.probe(choice)).fit(codes, random.stream(`${probe}/${task}`));
      try {
        for (const { target, set } of measured) outcomes.push({ target, probe, ...(await evaluateProbe(fitted, set)) });
      } finally {
        fitted.dispose();
      }
      yield { type: 'probe-fitted', probe, task, done: trainingShare + ((1 - trainingShare) * ++fittings) / total };
    }
  }
  return outcomes;
}

/** Keeps the codes of the samples that were learnt and of those that were measured on, and the classes of both. */
async function keepCodes({ network, samples }: EncoderWork, { directory }: TrialContext): Promise<void> {
  for (const [name, own] of [
    ['train', samples.train],
    ['test', samples.measured],
  ] as const satisfies readonly (readonly [string, Samples])[]) {
    const { codes, labels, width } = await encodeAll(network, own);
    await keepArray(directory, `${name}-codes`, codes, [labels.length, width]);
    await keepArray(directory, `${name}-labels`, labels, [labels.length]);
  }
}

/** Keeps two-dimensional maps of codes, and the classes of the points; false where it was stopped. */
async function keepMaps(
  { spec, network, samples, random }: EncoderWork,
  { directory, signal }: TrialContext,
  map: NonNullable<EncoderServices['map']>,
): Promise<boolean> {
  if (spec.maps.length === 0) return true;
  const set = await encodeAll(network, samples.measured);
  for (const kind of spec.maps) {
    try {
      const { points, rows } = await map(set, { kind, random: random.stream('maps'), signal });
      await keepArray(directory, `${kind}-map`, points, [rows.length, 2]);
      const labels = Int32Array.from(rows, (row) => set.labels[row] ?? -1);
      await keepArray(directory, `${kind}-map-labels`, labels, [rows.length]);
    } catch (error) {
      if (!signal.aborted) throw error;
      return false;
    }
  }
  return true;
}

function keepArray(directory: string, name: string, values: Float32Array | Int32Array, shape: Shape): Promise<void> {
  return writeOutput(join(directory, `${name}.npy`), npyFile(values, shape));
}

/** `classes: linear, accuracy` of each target, probe and measure, and the measures of codes. */
function measurements({ probes, measures }: EncoderResult): readonly Measurement[] {
  return [
    ...probes.flatMap((outcome) =>
      Object.entries(probeMeasures).flatMap(([measure, definition]): readonly Measurement[] => {
        const value = outcome[measure as keyof typeof probeMeasures];
        return value === undefined
          ? []
          : [{ name: `${outcome.target}: ${outcome.probe}, ${measure}`, value, definition }];
      }),
    ),
    ...Object.entries(measures).map(([name, value]) => ({
      name,
      value,
      definition: codeMeasures[name as keyof typeof codeMeasures],
    })),
  ];
}
