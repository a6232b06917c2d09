import { AsyncCache } from '../core/async-cache.js';
import type { Dataset } from '../core/dataset.js';
import type { Disposable } from '../core/disposable.js';
import { isReverieError, messageOf, ReverieError } from '../core/errors.js';
import type { TrainingPlan } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import type { ObserverContext, RunObserver } from '../core/observer.js';
import { RandomStreams } from '../core/random.js';
import type { Json } from '../core/snapshot.js';
import type { ContinualStream } from '../core/stream.js';
import { checkDataset } from '../data/check-dataset.js';
import { validationSplit } from '../data/validation-split.js';
import { selectEngine, type EngineChoice, type Selection } from '../engine/select.js';
import type { RunSetup } from '../experiment/run-setup.js';
import type { SavedRun } from '../experiment/saved-run.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import { issueProblems } from '../scenarios/issue-problems.js';
import { problemText } from '../scenarios/problem.js';
import type { LearnerChoice, PartChoice, Scenario } from '../scenarios/scenario.js';
import type { ContextOf, MadeOf } from './kinds.js';
import { PartRegistry } from './part-registry.js';
import { loadPlugIn, partsOf, type PlugIn } from './plug-in.js';
import { CheckedLearner, prepareRun } from './prepare-run.js';
import { plugInFile, type PlugInFile } from './run-inputs.js';
import type { Configure } from './run-container.js';
import { learnerLike, rebuiltLearner } from './saved-learners.js';

export interface CompositionOptions {
  readonly engine: EngineChoice;
  /** Plug-ins to add: files, or what such a file exports. */
  readonly plugins?: readonly (string | PlugIn)[];
  /** Folder of the data set's files, where they are not in a package. */
  readonly dataDir?: string | undefined;
  /** Called with the container of each run that is prepared, before anything is made by it. */
  readonly configure?: Configure;
}

/**
 * Puts everything together: parts by name, the engine, and from a scenario the set-up of a run.
 *
 * @throws bad-plugin where a plug-in does not load
 */
export async function compose({ plugins = [], ...options }: CompositionOptions): Promise<Composition> {
  const registry = new PartRegistry();
  const files: PlugInFile[] = [];
  for (const [i, plugin] of plugins.entries()) {
    const where = typeof plugin === 'string' ? `--plugin ${plugin}` : `plug-in ${i + 1}`;
    const parts = typeof plugin === 'string' ? await loadPlugIn(plugin) : partsOf(plugin, where);
    registry.add(parts, where);
    if (typeof plugin === 'string') files.push(await plugInFile(plugin, parts));
  }
  return new Composition(registry, { ...options, plugins }, files);
}

/** Makes the parts that an encoder study names, each anew; the caller disposes the autoencoders. */
export interface StudyParts {
  autoencoder(
    choice: PartChoice,
    samples: Omit<ContextOf<'autoencoders'>, 'engine' | 'random'>,
    random: ContextOf<'autoencoders'>['random'],
  ): Promise<MadeOf<'autoencoders'>>;
  encoder(choice: PartChoice): Promise<MadeOf<'encoders'>>;
  probe(choice: PartChoice): Promise<MadeOf<'probes'>>;
}

/** Frees its engine when it is disposed, by `dispose()` or `await using`; until then it keeps memory and a thread. */
export class Composition implements Disposable {
  readonly catalogue: Catalogue;
  readonly #checked = new CheckedLearner();
  /** The runs of a scenario share its data set: it is loaded, checked and hashed once. */
  readonly #datasets = new AsyncCache<string, Dataset>();
  #disposed = false;
  #selection: Promise<Selection> | undefined;

  constructor(
    private readonly registry: PartRegistry,
    private readonly options: CompositionOptions,
    private readonly plugIns: readonly PlugInFile[],
  ) {
    this.catalogue = registry.catalogue();
  }

  /**
   * The engine of this composition, loaded at the first call; see {@link selectEngine}.
   *
   * @throws engine-unavailable, disposed
   */
  async engine(): Promise<Selection> {
    if (this.#disposed) {
      throw new ReverieError('disposed', 'the composition was used after it had been disposed; compose another one');
    }
    this.#selection ??= selectEngine(this.options.engine);
    return this.#selection;
  }

  /**
   * Frees the engine, with its thread, and what was prepared and not run. Its runs must have ended, or be cancelled, and
   * its learners disposed before. Calling it again does nothing.
   */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#checked.clear();
    // Whoever asked for an engine that does not load has the error.
    const selection = await this.#selection?.catch(() => undefined);
    await selection?.engine.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /**
   * What another process needs to compose the same: engine, files of plug-ins, folder of data.
   *
   * @throws bad-usage where a plug-in is an object or runs are configured by a function, which do not cross
   */
  environment(): CompositionOptions & { readonly plugins: readonly string[] } {
    const { engine, plugins = [], dataDir, configure } = this.options;
    const files = plugins.filter((plugin) => typeof plugin === 'string');
    if (files.length < plugins.length || configure !== undefined) {
      throw new ReverieError(
        'bad-usage',
        'runs in processes of their own load their plug-ins from files: give paths of plug-ins, and no "configure", or run without workers',
      );
    }
    return { engine, plugins: files, ...(dataDir === undefined ? {} : { dataDir }) };
  }

  /** The scenario's data set, checked; the same object each time. @throws bad-data where it is not fit for a run */
  dataset({ dataset }: Pick<Scenario, 'dataset'>): Promise<Dataset> {
    return this.#datasets.get(JSON.stringify(dataset), () => this.#loadDataset(dataset));
  }

  async #loadDataset(dataset: PartChoice): Promise<Dataset> {
    const { dataDir } = this.options;
    const made = await this.registry.make('datasets', dataset, dataDir === undefined ? {} : { dir: dataDir });
    const source = this.registry.sourceOf('datasets', dataset.name);
    const where = `data set "${dataset.name}"`;
    // What reverie reads from files or makes itself has its values checked where that is done.
    if (source === undefined) checkDataset(made, where);
    else checkOwn(made, `${source}: ${where}`);
    return made;
  }

  /**
   * A data set by its name, without a scenario.
   *
   * @throws unknown-name, bad-usage where it does not take these options, bad-data
   */
  async datasetNamed(name: string, options: Json): Promise<Dataset> {
    const part = Object.hasOwn(this.catalogue.datasets, name) ? this.catalogue.datasets[name] : undefined;
    const issues = part?.options.safeParse(options).error?.issues ?? [];
    const [problem] = part === undefined ? [] : issueProblems(issues, part.options, options);
    if (problem === undefined) return this.dataset({ dataset: { name, options } });
    throw new ReverieError(
      'bad-usage',
      `data set "${name}": ${problemText(problem)}; change its options with --set dataset.name=value`,
    );
  }

  /**
   * The stream that a scenario makes of its data set.
   *
   * @param seed of the run
   * @throws bad-scenario for one that the data set does not allow, with the place of the stream in the file
   */
  async stream(
    { name, stream: choice, origin, validation }: Pick<Scenario, 'name' | 'stream' | 'origin' | 'validation'>,
    dataset: Dataset,
    seed: number,
  ): Promise<ContinualStream> {
    try {
      const random = new RandomStreams(seed);
      const measured = validation && validationSplit(dataset, validation.share, random.stream('validation'));
      return await this.registry.make('streams', choice, { dataset: measured ?? dataset, random });
    } catch (cause) {
      if (!isReverieError(cause) || cause.code !== 'bad-scenario') throw cause;
      const place = origin?.stream ?? `scenario "${name}" stream`;
      throw new ReverieError('bad-scenario', `${place}: ${cause.message}`, { cause });
    }
  }

  /** Makes the observers of a run that its scenario names. */
  observers(
    { observers = [] }: Pick<Scenario, 'observers'>,
    context: ObserverContext,
  ): Promise<readonly RunObserver[]> {
    return Promise.all(
      observers.map(async (choice): Promise<RunObserver> => {
        const made = await this.registry.make('observers', choice, context);
        return { name: choice.name, observe: (event) => made.observe(event), close: () => made.close?.() };
      }),
    );
  }

  /** Makes the parts of encoder studies, on the engine of this composition. */
  async studyParts(): Promise<StudyParts> {
    const { engine } = await this.engine();
    return {
      autoencoder: (choice, { shape, width }, random) =>
        this.registry.make('autoencoders', choice, { engine, random, shape, width }),
      encoder: (choice) => this.registry.make('encoders', choice, undefined),
      probe: (choice) => this.registry.make('probes', choice, { engine }),
    };
  }

  /**
   * The set-up of one run: loads engine and data, and makes the learner, so that whatever is wrong with the input is found
   * before anything is written.
   *
   * @throws engine-unavailable, bad-data (also where its encoder cannot use them), bad-scenario (an impossible split),
   *   bad-plugin (a part lacks a method)
   */
  async prepare(scenario: Scenario, learner: LearnerChoice, seed: number): Promise<RunSetup> {
    const { registry, plugIns } = this;
    const { engine } = await this.engine();
    const dataset = await this.dataset(scenario);
    const stream = await this.stream(scenario, dataset, seed);
    const { configure } = this.options;
    const sources = { registry, engine, dataset, plugIns, stream, configure, checked: this.#checked };
    return prepareRun(sources, scenario, learner, seed);
  }

  /**
   * The learner of a saved run as it was at its checkpoint, to be asked and exported; the caller disposes it. It needs no
   * data, and is not fit to learn on if it keeps real samples.
   *
   * @param seed of what it draws from now on, its dreams say; that of the run if not given
   * @throws bad-checkpoint where the checkpoint does not fit what it says it is of, unknown-name where a part is missing
   */
  async rebuild(run: SavedRun, seed = run.checkpoint.state.description.seed): Promise<Learner> {
    const { engine } = await this.engine();
    return rebuiltLearner(this.registry, engine, run, seed);
  }

  /**
   * A learner that has learnt nothing, for samples like those of a saved run; the caller disposes it.
   *
   * @param choice its name and options
   */
  async newLearnerLike(run: SavedRun, choice: PartChoice, plan: TrainingPlan, random: RandomStreams): Promise<Learner> {
    const { engine } = await this.engine();
    return learnerLike(this.registry, engine, run, choice, plan, random);
  }
}

/** Checks a data set of a plug-in, whose methods are code that may throw anything. */
function checkOwn(dataset: Dataset, where: string): void {
  try {
    checkDataset(dataset, where, true);
  } catch (cause) {
    if (isReverieError(cause)) throw cause;
    throw new ReverieError('bad-plugin', `${where} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
