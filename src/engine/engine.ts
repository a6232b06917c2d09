import type { Disposable } from '../core/disposable.js';
import type { Tensor, TensorMap } from '../core/tensor.js';
import type { Constant, GraphNode, Variable } from './graph/node.js';

export const engineNames = ['ort', 'native', 'wasm', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** What a program computes: values to hand out, and new values for variables, taken over all at once after the run. */
export interface ProgramDefinition {
  readonly fetches: Readonly<Record<string, GraphNode>>;
  readonly updates?: Readonly<Record<string, GraphNode>>;
  /**
   * Optimiser steps among the updates, for engines that have one operation for a rule; `updates` spell everything out.
   */
  readonly knownSteps?: readonly KnownStep[];
}

/** A step of an optimiser whose rule is well known; the equations stand at the optimisers. */
export type KnownStep = AdamStep | SgdStep | MomentumStep;

interface Step<Rule extends string> {
  readonly rule: Rule;
  readonly parameter: Variable;
  readonly gradient: GraphNode;
}

interface AdamStep extends Step<'adam'> {
  readonly m: Variable;
  readonly v: Variable;
  readonly beta1: number;
  readonly beta2: number;
  readonly stepSize: GraphNode;
  readonly epsilon: GraphNode;
  /** What the parameter is multiplied by first. */
  readonly decay: GraphNode | undefined;
}

interface SgdStep extends Step<'sgd'> {
  readonly rate: GraphNode;
}

interface MomentumStep extends Step<'momentum'> {
  readonly velocity: Variable;
  readonly rate: GraphNode;
  readonly momentum: Constant;
  readonly nesterov: boolean;
}

/** Values for the feeds of a program, by name; each as long as its feed's shape says. Not kept, not changed. */
export type Feeds = Readonly<Record<string, Float32Array>>;

/**
 * The contract between what learns and what computes: a graph is compiled once and run many times. The same definition,
 * feeds and variables give the same bytes on the same engine, run after run.
 */
export interface Engine extends Disposable {
  readonly name: EngineName;
  /** Versions of the libraries that compute, by package name. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Makes a program. Costs some milliseconds: compile once, outside the loop.
   *
   * @throws bad-shape where an update's shape is not its variable's
   */
  compile(definition: ProgramDefinition): Promise<Program>;
  /** State of its own for programs to read and update, holding copies of the given values. */
  variables(initial: TensorMap): Variables;
  /** Buffers and programs that the engine holds for its users at this moment; for finding leaks. */
  liveBuffers(): number;
  /**
   * An engine of the same kind in a worker thread, the same one at each call, with the same bytes. Missing where there
   * is none, or no second core.
   */
  companion?(): Engine;
  /**
   * Frees what the engine holds for itself: compiled models, and its companion with its thread. Programs and variables are
   * their owners' to dispose, before; nothing is to be made or run afterwards. Calling it again does nothing.
   */
  dispose(): Promise<void>;
}

/** A compiled graph. */
export interface Program {
  /**
   * Computes the fetches, then puts the updates into `variables`. The arrays handed out are the caller's.
   *
   * @throws bad-shape where a feed is missing or has the wrong length, or a variable is missing
   */
  run(feeds: Feeds, variables?: Variables): Promise<Record<string, Float32Array>>;
  dispose(): void;
}

/** Named state in the engine's own memory. Made by one engine, usable by programs of that engine only. */
export interface Variables {
  readonly names: readonly string[];
  /** A copy of one value. */
  read(name: string): Tensor;
  /** Copies of all values, in order. */
  readAll(): TensorMap;
  /** Puts new values in, each of the shape that is there. */
  write(values: TensorMap): void;
  /** A frozen copy: the same values under the same names (all, or the given ones), in memory of its own. */
  clone(names?: readonly string[]): Variables;
  dispose(): void;
}
