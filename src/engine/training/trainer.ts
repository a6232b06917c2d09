import { isRecord, type Snapshot } from '../../core/snapshot.js';
import { ReverieError } from '../../core/errors.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Engine, Feeds, Variables } from '../engine.js';
import { gradients } from '../graph/gradients.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { add } from '../graph/ops.js';
import type { Optimiser } from '../optimisers/optimiser.js';
import { ProgramsByBatch } from './batched-function.js';

/** What to minimise on a batch, and what else to hand out. */
export interface Objective {
  /** A scalar. */
  readonly loss: GraphNode;
  /** A scalar that is added to the loss and depends on every parameter; its gradients are taken by themselves. */
  readonly penalty?: GraphNode;
  readonly fetches?: Readonly<Record<string, GraphNode>>;
  /** New values of variables that no gradient moves, e.g. running means. */
  readonly updates?: Readonly<Record<string, GraphNode>>;
}

export interface TrainerSetup {
  readonly engine: Engine;
  readonly parameters: TensorMap;
  /**
   * What batches move instead of gradients, running means say; none where absent. New values are the objective's updates,
   * and the optimiser keeps nothing for them.
   */
  readonly statistics?: TensorMap;
  /** The parameters as nodes, in the same order. */
  readonly nodes: readonly Variable[];
  readonly optimiser: Optimiser;
  /** Values that the objective reads and nothing changes, say of the parameters after an earlier task; not saved. */
  readonly anchors?: TensorMap;
  /** The objective for a batch of this many rows. */
  readonly objective: (batch: number) => Objective;
  /**
   * What the optimiser takes in place of the gradients of the loss, in their order and shapes, e.g. their projection; for a
   * batch of this many rows.
   */
  readonly transformGradients?: (gradients: readonly GraphNode[], batch: number) => readonly GraphNode[];
  /** New values of {@link statistics} that depend on the step itself, e.g. a path integral. */
  readonly extraUpdates?: (step: StepNodes) => Readonly<Record<string, GraphNode>>;
}

/** What a step computes. Gradients are in the order of the parameters. */
export interface StepNodes {
  /** Of the loss without its penalty. */
  readonly lossGradients: readonly GraphNode[];
  /** As the optimiser takes them. */
  readonly gradients: readonly GraphNode[];
  /** The parameters after the step, by name. */
  readonly next: Readonly<Record<string, GraphNode>>;
}

/**
 * Owns the parameters of a network and its optimiser's state, and takes training steps, with a program for each batch
 * size.
 */
export class Trainer {
  readonly variables: Variables;
  readonly #programs: ProgramsByBatch;
  #steps = 0;

  constructor(private readonly setup: TrainerSetup) {
    const { engine, parameters, statistics, anchors, nodes, optimiser, objective } = setup;
    this.variables = engine.variables({ ...parameters, ...statistics, ...optimiser.initial(parameters), ...anchors });
    this.#programs = new ProgramsByBatch(engine, (batch) => {
      const { loss, penalty, fetches = {}, updates = {} } = objective(batch);
      const lossGradients = gradients(loss, nodes);
      const ofAll = penalty === undefined ? lossGradients : sums(lossGradients, gradients(penalty, nodes));
      const taken = setup.transformGradients?.(ofAll, batch) ?? ofAll;
      const optimised = optimiser.graph(nodes, taken);
      const step = { lossGradients, gradients: taken, next: optimised.updates };
      return {
        fetches: { loss: penalty === undefined ? loss : add(loss, penalty), ...fetches },
        updates: { ...updates, ...optimised.updates, ...setup.extraUpdates?.(step) },
        knownSteps: optimised.knownSteps,
      };
    });
  }

  /** Optimiser steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /** Names of the parameters, then of the statistics: all that inference needs, without the optimiser's state. */
  get parameterNames(): readonly string[] {
    return Object.keys({ ...this.setup.parameters, ...this.setup.statistics });
  }

  /** Copies of parameters and statistics as they are now, without the optimiser's state. */
  parameters(): TensorMap {
    return Object.fromEntries(this.parameterNames.map((name) => [name, this.variables.read(name)]));
  }

  /** Copies of the statistics as they are now. */
  statistics(): TensorMap {
    const names = Object.keys(this.setup.statistics ?? {});
    return Object.fromEntries(names.map((name) => [name, this.variables.read(name)]));
  }

  /** One optimiser step on a batch of `batch` rows; gives the loss and the objective's fetches, from before the step. */
  async step(batch: number, feeds: Feeds): Promise<Record<string, Float32Array>> {
    const program = await this.#programs.get(batch);
    this.#steps++;
    return program.run({ ...feeds, ...this.setup.optimiser.feeds(this.#steps) }, this.variables);
  }

  /** Forgets the optimiser's moments and its step count; the parameters stay. */
  resetOptimiser(): void {
    this.#steps = 0;
    this.variables.write(this.setup.optimiser.initial(this.setup.parameters));
  }

  /** Parameters, statistics, moments and step count. */
  save(): Snapshot {
    const { anchors = {} } = this.setup;
    const own = Object.entries(this.variables.readAll()).filter(([name]) => !Object.hasOwn(anchors, name));
    return { json: { steps: this.#steps }, tensors: Object.fromEntries(own) };
  }

  /** @throws bad-checkpoint where the step count or a tensor is missing */
  restore({ json, tensors }: Snapshot): void {
    const steps = isRecord(json) ? json['steps'] : undefined;
    if (typeof steps !== 'number') {
      throw new ReverieError(
        'bad-checkpoint',
        "a network's saved state has no step count; the checkpoint is not usable",
      );
    }
    const missing = Object.keys(this.save().tensors).filter((name) => !Object.hasOwn(tensors, name));
    if (missing.length > 0) {
      throw new ReverieError(
        'bad-checkpoint',
        `a network's saved state lacks ${missing.join(', ')}; it is of another network or optimiser, or damaged: ` +
          'restore it with the configuration it was saved with',
      );
    }
    const other = Object.entries(tensors).find(([, { data }]) => !((data as unknown) instanceof Float32Array));
    if (other !== undefined) {
      throw new ReverieError('bad-checkpoint', `a network's saved state has ${other[0]} in another kind than float32`);
    }
    this.variables.write(tensors);
    this.#steps = steps;
  }

  dispose(): void {
    this.#programs.dispose();
    this.variables.dispose();
  }
}

function sums(some: readonly GraphNode[], others: readonly GraphNode[]): readonly GraphNode[] {
  return some.map((node, i) => add(node, others[i] ?? node));
}
