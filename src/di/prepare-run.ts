import type { Dataset } from '../core/dataset.js';
import type { Warning } from '../core/events.js';
import type { Learner } from '../core/learner.js';
import { RandomStreams } from '../core/random.js';
import type { ContinualStream } from '../core/stream.js';
import type { Engine } from '../engine/engine.js';
import { learnerError } from '../experiment/failures.js';
import type { RunSetup } from '../experiment/run-setup.js';
import { runConfiguration, scenarioDigest } from '../scenarios/run-configuration.js';
import { learnerLabel } from '../scenarios/learner-labels.js';
import type { LearnerChoice, Scenario } from '../scenarios/scenario.js';
import { checkEncoder } from './check-encoder.js';
import { ownVersion } from './own-version.js';
import type { PartRegistry } from './part-registry.js';
import { runInputs, type PlugInFile } from './run-inputs.js';
import { runContainer, runTokens, type Configure } from './run-container.js';

/** What a run is prepared with. */
export interface RunSources {
  readonly registry: PartRegistry;
  readonly engine: Engine;
  readonly dataset: Dataset;
  /** Those that were loaded from files. */
  readonly plugIns: readonly PlugInFile[];
  readonly stream: ContinualStream;
  readonly configure: Configure | undefined;
  readonly checked: CheckedLearner;
}

/**
 * The set-up of one run. Makes its learner, so that whatever is wrong with the input is found before anything is written;
 * activation hooks collect the warnings of its encoder and its memory.
 *
 * @throws bad-data where the encoder cannot use the data, bad-plugin where a part lacks a member
 */
export async function prepareRun(
  { registry, engine, dataset, plugIns, stream, configure, checked }: RunSources,
  scenario: Scenario,
  learner: LearnerChoice,
  seed: number,
): Promise<RunSetup> {
  const classCount = new Set(stream.evaluation.flatMap(({ classes }) => classes)).size;
  const containerWith = (random: RandomStreams) =>
    runContainer(registry, { learner, scenario, samples: dataset.train, classCount, engine, random }, configure);
  const warnings: Warning[] = [];
  const random = new RandomStreams(seed);
  const container = await containerWith(random);
  container.onActivation(runTokens.encoder, async (_context, encoder) => {
    warnings.push(...(await checkEncoder(encoder, scenario.plan, learner, dataset.name, stream)));
    return encoder;
  });
  container.onActivation(runTokens.memory, (_context, memory) => {
    warnings.push(...(memory.warnings?.() ?? []));
    return memory;
  });
  const made = await container.getAsync(runTokens.learner);
  const configuration = runConfiguration(scenario, learner);
  const { classNames = dataset.classNames } = stream;
  const setup: RunSetup = {
    scenario: scenario.name,
    scenarioDigest: scenarioDigest({ ...scenario, learners: [learner] }),
    configuration,
    learnerName: learnerLabel(learner),
    seed,
    engine,
    versions: { reverie: ownVersion(), node: process.versions.node },
    inputs: runInputs(dataset, plugIns, configuration),
    stream,
    samples: {
      ...(dataset.scale === undefined ? {} : { scale: dataset.scale }),
      ...(classNames === undefined ? {} : { classNames }),
    },
    createLearner: async (own) =>
      checked.take(random, own) ?? (await (await containerWith(own)).getAsync(runTokens.learner)),
    warnings: [...warnings],
    ...(scenario.checkpointEvery === undefined ? {} : { checkpointEvery: scenario.checkpointEvery }),
    ...(scenario.keepsTaskEnds === undefined ? {} : { keepsTaskEnds: scenario.keepsTaskEnds }),
    ...(scenario.evaluatesFuture === undefined ? {} : { evaluatesFuture: scenario.evaluatesFuture }),
    ...(scenario.evaluateEvery === undefined ? {} : { evaluateEvery: scenario.evaluateEvery }),
  };
  checked.keep(random, made, learnerLabel(learner));
  return setup;
}

/**
 * The learner that the last set-up made, for the first run of that set-up. No more than one is kept, and none while another
 * run goes on: what is live in addition to a run would count among its buffers.
 */
export class CheckedLearner {
  #kept: { readonly random: RandomStreams; readonly learner: Learner; readonly name: string } | undefined;

  /** Disposes what is kept. @throws ReverieError `learner-failed` where it cannot be disposed */
  clear(): void {
    const before = this.#kept;
    this.#kept = undefined;
    this.#dispose(before);
  }

  /**
   * @param random the streams that it was made with
   * @throws ReverieError `learner-failed` where the one that was kept before cannot be disposed
   */
  keep(random: RandomStreams, learner: Learner, name: string): void {
    this.clear();
    this.#kept = { random, learner, name };
  }

  /**
   * The learner that was made with `random`, where it is still there and nothing was drawn from `own`, which then takes over
   * those streams; any other is disposed.
   */
  take(random: RandomStreams, own: RandomStreams): Learner | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept?.random === random && Object.keys(own.save()).length === 0) {
      own.adopt(random);
      return kept.learner;
    }
    this.#dispose(kept);
    return undefined;
  }

  #dispose(kept: { readonly learner: Learner; readonly name: string } | undefined): void {
    try {
      kept?.learner.dispose();
    } catch (error) {
      throw learnerError(error, kept?.name ?? '', 'being disposed', undefined);
    }
  }
}
