import type { Dataset, Samples } from '../core/dataset.js';
import type { Encoder } from '../core/encoder.js';
import { isReverieError, messageOf, ReverieError } from '../core/errors.js';
import type { Warning } from '../core/events.js';
import type { TrainingPlan } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import type { Memory } from '../core/memory.js';
import { RandomStreams } from '../core/random.js';
import type { Sampler } from '../core/sampler.js';
import type { Json } from '../core/snapshot.js';
import type { ContinualStream } from '../core/stream.js';
import { sizeOf } from '../core/tensor.js';
import type { Engine, EngineName } from '../engine/engine.js';
import { engineNames } from '../engine/engine.js';
import { renewLink } from '../engine/native-install/link.js';
import { whyAbsent } from '../engine/presence.js';
import { engineSummaries, selectEngine, whyUnavailable, type EngineChoice, type Selection } from '../engine/select.js';
import type { RunSetup } from '../experiment/run-setup.js';
import type { SavedRun } from '../experiment/saved-run.js';
import type { LearnerContext } from '../learners/context.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import { issueProblems } from '../scenarios/issue-problems.js';
import { problemText } from '../scenarios/problem.js';
import { runConfiguration, scenarioDigest } from '../scenarios/run-configuration.js';
import { learnerConfiguration } from '../scenarios/saved-configuration.js';
import type { PartChoice, Scenario } from '../scenarios/scenario.js';
import { checkEncoder } from './check-encoder.js';
import { ownVersion } from './own-version.js';
import { PartRegistry } from './part-registry.js';
import { loadPlugIn } from './plug-in.js';
import { checkMethods } from './required-methods.js';
import { studyParts, type StudyParts } from './study-parts.js';

export interface CompositionOptions {
  readonly engine: EngineChoice;
  /** Files of plug-ins to load. */
  readonly plugins?: readonly string[];
  /** Folder of the data set's files, where they are not in a package. */
  readonly dataDir?: string | undefined;
}

/** An engine as `reverie list` tells of it. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly summary: string;
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason?: string;
}

/**
 * Puts everything together: parts by name, the engine, and from a scenario the set-up of a run.
 *
 * @throws bad-plugin where a plug-in does not load
 */
export async function compose({ engine, plugins = [], dataDir }: CompositionOptions): Promise<Composition> {
  const registry = new PartRegistry();
  for (const path of plugins) registry.add(await loadPlugIn(path), `--plugin ${path}`);
  return new Composition(registry, engine, dataDir);
}

export class Composition {
  readonly catalogue: Catalogue;
  #selection: Promise<Selection> | undefined;

  constructor(
    private readonly registry: PartRegistry,
    private readonly engineChoice: EngineChoice,
    private readonly dataDir: string | undefined,
  ) {
    this.catalogue = registry.catalogue();
  }

  /** Each engine, and whether it loads here. Loads all of them: takes a second. */
  async engines(): Promise<readonly EngineStatus[]> {
    const statuses: EngineStatus[] = [];
    for (const name of engineNames) statuses.push(statusOf(name, await whyUnavailable(name)));
    return statuses;
  }

  /**
   * Each engine, and whether its files are here: loads nothing, takes a millisecond. One that is said to be available may
   * still not load; {@link engines} knows.
   */
  installedEngines(): readonly EngineStatus[] {
    // After `npm ci` the native engine's files are there again only once they are linked again.
    renewLink();
    return engineNames.map((name) => statusOf(name, whyAbsent(name)));
  }

  /** The engine of this composition, loaded at the first call; see {@link selectEngine}. */
  engine(): Promise<Selection> {
    this.#selection ??= selectEngine(this.engineChoice);
    return this.#selection;
  }

  /** The scenario's data set. @throws bad-data */
  async dataset({ dataset }: Pick<Scenario, 'dataset'>): Promise<Dataset> {
    const context = this.dataDir === undefined ? {} : { dir: this.dataDir };
    return (await this.registry.part('datasets', dataset.name)).make(dataset.options, context);
  }

  /**
   * The stream that a scenario makes of its data set.
   *
   * @param seed of the run
   * @throws bad-scenario for one that the data set does not allow, with the place of the stream in the file
   */
  async stream(
    { name, stream: choice, origin }: Pick<Scenario, 'name' | 'stream' | 'origin'>,
    dataset: Dataset,
    seed: number,
  ): Promise<ContinualStream> {
    const part = await this.registry.part('streams', choice.name);
    try {
      return await part.make(choice.options, { dataset, random: new RandomStreams(seed) });
    } catch (cause) {
      if (!isReverieError(cause) || cause.code !== 'bad-scenario') throw cause;
      const place = origin?.stream ?? `scenario "${name}" stream`;
      throw new ReverieError('bad-scenario', `${place}: ${cause.message}`, { cause });
    }
  }

  /**
   * A data set by its name, without a scenario.
   *
   * @throws unknown-name, bad-usage where it does not take these options, bad-data
   */
  async datasetNamed(name: string, options: Json): Promise<Dataset> {
    const part = await this.registry.part('datasets', name);
    const issues = part.options.safeParse(options).error?.issues ?? [];
    const [problem] = issueProblems(issues, part.options, options);
    if (problem !== undefined) {
      throw new ReverieError(
        'bad-usage',
        `data set "${name}": ${problemText(problem)}; change its options with --set dataset.name=value`,
      );
    }
    return this.dataset({ dataset: { name, options } });
  }

  /** Makes the parts that an encoder study names, on the engine of this composition. */
  async studyParts(): Promise<StudyParts> {
    const { engine } = await this.engine();
    return studyParts(this.registry, engine);
  }

  /**
   * The set-up of one run: loads engine and data, and makes sure that the learner can be made, so that whatever is
   * wrong with the input is found before anything is written.
   *
   * @throws engine-unavailable, bad-data (also where its encoder cannot use them), bad-scenario (an impossible split),
   *   bad-plugin (a method is missing)
   */
  async prepare(scenario: Scenario, learner: PartChoice, seed: number): Promise<RunSetup> {
    const { engine } = await this.engine();
    const dataset = await this.dataset(scenario);
    const stream = await this.stream(scenario, dataset, seed);
    const createLearner = (random: RandomStreams, look?: Look): Promise<Learner> =>
      this.#learner(scenario, learner, dataset.train, engine, random, look);
    const warnings: Warning[] = [];
    const look: Look = {
      encoder: async (encoder) => {
        warnings.push(...(await checkEncoder(encoder, scenario.plan, learner, dataset.name, stream)));
      },
      memory: (memory) => warnings.push(...(memory.warnings?.() ?? [])),
    };
    (await createLearner(new RandomStreams(seed), look)).dispose();
    return {
      scenario: scenario.name,
      scenarioDigest: scenarioDigest({ ...scenario, learners: [learner] }),
      configuration: runConfiguration(scenario, learner),
      learnerName: learner.name,
      seed,
      engine,
      versions: { reverie: ownVersion(), node: process.versions.node },
      stream,
      createLearner: (random) => createLearner(random),
      warnings,
      ...(scenario.evaluateEvery === undefined ? {} : { evaluateEvery: scenario.evaluateEvery }),
    };
  }

  /**
   * The learner of a saved run as it was at its checkpoint, to be asked and exported; the caller disposes it. It needs no
   * data, and is not fit to learn on if it keeps real samples.
   *
   * @param seed of what it draws from now on, its dreams say; that of the run if not given
   * @throws bad-checkpoint where the checkpoint does not fit what it says it is of, unknown-name where a part is missing
   */
  async rebuild({ checkpoint, checkpointPath }: SavedRun, seed = checkpoint.state.description.seed): Promise<Learner> {
    const { sampleShape, description } = checkpoint.state;
    const { configuration } = description;
    const saved = learnerConfiguration(configuration, checkpointPath);
    const { engine } = await this.engine();
    const samples = { shape: sampleShape, width: sizeOf(sampleShape) };
    let learner: Learner | undefined;
    try {
      learner = await this.#learner(saved, saved.learner, samples, engine, new RandomStreams(seed));
      await learner.restore(checkpoint.learner);
      return learner;
    } catch (cause) {
      learner?.dispose();
      const problem = messageOf(cause);
      if (isReverieError(cause) && cause.code === 'unknown-name') {
        const hint = 'if a plug-in brought it, name that with --plugin';
        throw new ReverieError(cause.code, `${checkpointPath}: ${problem}; ${hint}`, { cause });
      }
      throw new ReverieError(
        'bad-checkpoint',
        `learner "${saved.learner.name}" cannot be made anew from ${checkpointPath}, which reverie ` +
          `${description.versions['reverie'] ?? ''} wrote: ${problem.replaceAll(/\s+/g, ' ')}`,
        { cause },
      );
    }
  }

  /**
   * A learner that has learnt nothing, for samples like those of a saved run; the caller disposes it.
   *
   * @param choice its name and options
   */
  async fresh(
    { checkpoint, checkpointPath }: SavedRun,
    choice: PartChoice,
    plan: TrainingPlan,
    random: RandomStreams,
  ): Promise<Learner> {
    const { sampleShape, description } = checkpoint.state;
    const { configuration } = description;
    const saved = learnerConfiguration(configuration, checkpointPath);
    const { engine } = await this.engine();
    const samples = { shape: sampleShape, width: sizeOf(sampleShape) };
    return this.#learner({ ...saved, plan }, choice, samples, engine, random);
  }

  async #learner(
    scenario: Pick<Scenario, 'plan' | 'memory'>,
    choice: PartChoice,
    { shape, width }: Pick<Samples, 'shape' | 'width'>,
    engine: Engine,
    random: RandomStreams,
    look?: Look,
  ): Promise<Learner> {
    const context: LearnerContext = {
      engine,
      random,
      plan: scenario.plan,
      shape,
      width,
      memory: () => this.#memory(scenario, { shape, width }, engine, random, look),
    };
    const learner = await (await this.registry.part('learners', choice.name)).make(choice.options, context);
    checkMethods('learners', choice.name, learner);
    return learner;
  }

  async #memory(
    { memory: choice }: Pick<Scenario, 'memory'>,
    { shape, width }: Pick<Samples, 'shape' | 'width'>,
    engine: Engine,
    random: RandomStreams,
    look?: Look,
  ): Promise<Memory> {
    const encoder = await (
      await this.registry.part('encoders', choice.encoder.name)
    ).make(choice.encoder.options, undefined);
    checkMethods('encoders', choice.encoder.name, encoder);
    await look?.encoder(encoder);
    const samplerAgain = async (): Promise<Sampler> => {
      const part = await this.registry.part('samplers', choice.sampler.name);
      const made = await part.make(choice.sampler.options, undefined);
      checkMethods('samplers', choice.sampler.name, made);
      return made;
    };
    const context = { engine, random, shape, width, encoder, sampler: await samplerAgain(), samplerAgain };
    const memory = await (await this.registry.part('memories', choice.name)).make(choice.options, context);
    checkMethods('memories', choice.name, memory);
    look?.memory(memory);
    return memory;
  }
}

/** Sees the parts of a learner as they are made, before anything of a run begins. */
interface Look {
  encoder(encoder: Encoder): Promise<void>;
  memory(memory: Memory): void;
}

function statusOf(name: EngineName, reason: string | undefined): EngineStatus {
  const status = { name, summary: engineSummaries[name], available: reason === undefined };
  return reason === undefined ? status : { ...status, reason };
}
