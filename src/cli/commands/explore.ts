import { ReverieError } from '../../core/errors.js';
import { topClasses } from '../../core/teacher.js';
import type { Learner } from '../../core/learner.js';
import { RandomStreams } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { compose, type Composition } from '../../di/composition.js';
import { seenSamples } from '../../di/seen-samples.js';
import { ownVersion } from '../../di/own-version.js';
import { checkFinite, drawDreams } from '../../memory/diagnostics/draw-dreams.js';
import { refuseToReplace, writeOutput } from '../../files/output-file.js';
import { readSavedRun, type SavedRun } from '../../experiment/saved-run.js';
import { formatBytes } from '../../report/page.js';
import { pictureSize } from '../../report/picture.js';
import { sampleSheet } from '../../report/sheets.js';
import {
  viewBetween,
  viewOfNoise,
  viewTraversals,
  type KnownSamples,
  type View,
} from '../../representation/uses/latent-views.js';
import type { EngineOption } from '../options.js';
import { savedRunHeadline, savedRunWarnings } from '../saved-run-lines.js';
import type { CliContext } from '../cli-context.js';

export interface ExploreCommandOptions {
  readonly between?: string;
  readonly traverse?: string;
  readonly noise?: string;
  readonly rows: number;
  readonly columns: number;
  readonly seed?: number;
  readonly data: boolean;
  readonly dataDir?: string;
  readonly force: boolean;
  readonly engine: EngineOption;
  readonly plugin: readonly string[];
}

/** Samples whose codes show how codes differ, and where those of a class lie. */
const looked = 2000;

type Draw = (
  autoencoder: FrozenAutoencoder,
  known: KnownSamples,
  options: ExploreCommandOptions,
  seed: number,
) => Promise<View>;

/** The pictures, by the option that names their file. */
const pictures = {
  between: (autoencoder, known, { rows, columns }) => viewBetween(autoencoder, known, rows, columns),
  traverse: (autoencoder, known, { rows, columns }) => viewTraversals(autoencoder, known, rows, columns),
  noise: (autoencoder, known, { rows, columns }, seed) =>
    viewOfNoise(autoencoder, known, rows, columns, new RandomStreams(seed).stream('noise')),
} as const satisfies Record<string, Draw>;

type Picture = keyof typeof pictures;
const pictureNames = Object.keys(pictures) as readonly Picture[];

/** `reverie explore`: the code space of the memory of a run, as pictures. */
export async function exploreCommand(
  path: string,
  options: ExploreCommandOptions,
  around: Pick<CliContext, 'out' | 'err'>,
): Promise<void> {
  const wanted = pictureNames.flatMap((name) => {
    const file = options[name];
    return file === undefined ? [] : [{ name, file }];
  });
  checkUsage(wanted, options);
  for (const { name, file } of wanted) if (!options.force) await refuseToReplace(file, `--${name}`);
  const run = await readSavedRun(path);
  const picture = pictureSize(run.checkpoint.state.sampleShape);
  await using composition = await compose({
    engine: options.engine,
    plugins: options.plugin,
    dataDir: options.dataDir,
  });
  const seed = options.seed ?? run.checkpoint.state.description.seed;
  around.out.write(`${savedRunHeadline(run)}; drawn with seed ${seed}\n`);
  const learner = await composition.rebuild(run, seed);
  try {
    const autoencoder = autoencoderOf(run, learner);
    const known = await knownSamples({ run, composition, learner, autoencoder, seed, options });
    for (const { name, file } of wanted) {
      const { features, columns, legend } = await pictures[name](autoencoder, known, options, seed);
      checkFinite(features);
      const bytes = sampleSheet(features, picture, columns);
      await writeOutput(file, bytes, `--${name}`);
      around.out.write(`  ${file}  ${formatBytes(bytes.byteLength)}\n    ${legend}\n`);
    }
  } finally {
    learner.dispose();
  }
  for (const warning of savedRunWarnings(run, ownVersion())) around.err.write(`${warning}\n`);
}

function checkUsage(
  wanted: readonly { readonly name: Picture; readonly file: string }[],
  { columns }: ExploreCommandOptions,
): void {
  if (wanted.length === 0) {
    throw wrong('say what to draw, --between <file>, --traverse <file> or --noise <file>; all may be given');
  }
  for (const { name, file } of wanted) {
    if (!file.endsWith('.png')) throw wrong(`--${name} ${file}: expected a file that ends in .png`);
  }
  if (columns < 2) throw wrong(`--columns ${columns}: a line has two ends, expected 2 or more`);
}

function wrong(problem: string): ReverieError {
  return new ReverieError('bad-usage', `explore: ${problem}`);
}

/** @throws bad-usage where the learner has no memory that encodes and decodes */
function autoencoderOf({ checkpoint }: SavedRun, { memory }: Learner): FrozenAutoencoder {
  const autoencoder = memory?.frozenAutoencoder?.();
  if (autoencoder !== undefined) return autoencoder;
  throw new ReverieError(
    'bad-usage',
    `learner "${checkpoint.state.description.learner}" has no memory with an autoencoder to look into; give the run of one that ` +
      'has, such as rehearsal',
  );
}

interface Sources {
  readonly run: SavedRun;
  readonly composition: Composition;
  readonly learner: Learner;
  readonly autoencoder: FrozenAutoencoder;
  readonly seed: number;
  readonly options: ExploreCommandOptions;
}

/** Test samples of the classes that the run has met, or with --no-data dreams of them, in random order. */
async function knownSamples(sources: Sources): Promise<KnownSamples> {
  const { features, labels } = await (sources.options.data ? realSamples(sources) : dreamtSamples(sources));
  const { between, rows } = sources.options;
  if (between !== undefined && 2 * rows > labels.length) {
    const most = Math.floor(labels.length / 2);
    throw wrong(`--rows ${rows}: --between takes two samples a row, and there are ${labels.length}; at most ${most}`);
  }
  const codes = await sources.autoencoder.encode(features, labels.length);
  return { features, labels, codes };
}

async function realSamples({ run, composition, seed }: Sources): Promise<Omit<KnownSamples, 'codes'>> {
  const { test } = await seenSamples(composition, run);
  const order = new RandomStreams(seed).stream('real samples').permutation(test.size);
  const rows = order.subarray(0, looked);
  const features = new Float32Array(rows.length * test.width);
  test.copyRows(rows, features);
  return { features, labels: Int32Array.from(rows, (row) => test.label(row)) };
}

async function dreamtSamples({ learner }: Sources): Promise<Omit<KnownSamples, 'codes'>> {
  if (learner.memory === undefined) throw new RangeError('a learner without a memory has nothing to dream with');
  const { features, logits, classes, count } = await drawDreams(learner.memory, looked);
  return { features, labels: topClasses(logits, classes, count) };
}
