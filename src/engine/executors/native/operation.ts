import type { Shape } from '../../../core/tensor.js';
import type { GraphNode, Leaf } from '../../graph/node.js';
import type { KnownStep, ProgramDefinition } from '../../engine.js';
import { mul } from '../../graph/ops.js';

/** What TensorFlow is to compute: a graph like that of the nodes, in TensorFlow's ops. */
export type Operation = FeedOperation | ReadOperation | ConstantOperation | RawOperation | SharedOperation;

interface Named<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
  readonly shape: Shape;
  readonly inputs: readonly [];
}
export type FeedOperation = Named<'feed'>;
/** Reads a variable. */
export type ReadOperation = Named<'read'>;

export interface ConstantOperation {
  readonly kind: 'constant';
  readonly value: { readonly shape: Shape; readonly data: Float32Array } | Int32Array;
  readonly inputs: readonly [];
}

/** An op of TensorFlow by its own name. */
export interface RawOperation {
  readonly kind: 'raw';
  readonly op: string;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly inputs: readonly Operation[];
}

/** A node as TensorFlow.js computes it, for what has no op of its own here. */
export interface SharedOperation {
  readonly kind: 'shared';
  readonly node: Exclude<GraphNode, Leaf>;
  readonly inputs: readonly Operation[];
}

export function raw(
  op: string,
  inputs: readonly Operation[],
  flags: Readonly<Record<string, boolean>> = {},
): RawOperation {
  return { kind: 'raw', op, flags, inputs };
}

export function scalar(value: number): ConstantOperation {
  return { kind: 'constant', value: { shape: [], data: Float32Array.of(value) }, inputs: [] };
}

export function integers(values: readonly number[]): ConstantOperation {
  return { kind: 'constant', value: Int32Array.from(values), inputs: [] };
}

/** One op that reads a gradient and changes a parameter, and the optimiser's state with it, in place. */
export interface Application {
  readonly op: string;
  readonly flags: Readonly<Record<string, boolean>>;
  /** In the order in which the op takes them, before its other inputs. */
  readonly variables: readonly string[];
  readonly inputs: readonly GraphInput[];
  /** What the first of the variables becomes before. */
  readonly first: GraphNode | undefined;
}

/** An input of an application: a node of the graph, or a number. */
export type GraphInput = GraphNode | number;

/** The definition's updates, divided into what optimiser ops do and what is left to compute and assign. */
export function divideUpdates({ updates = {}, knownSteps = [] }: ProgramDefinition): {
  readonly applications: readonly Application[];
  readonly assigned: Readonly<Record<string, GraphNode>>;
} {
  const assigned = { ...updates };
  const applications: Application[] = [];
  for (const application of knownSteps.map(applicationOf)) {
    // A step that is not among the updates is not to be taken.
    if (!application.variables.every((name) => name in assigned)) continue;
    applications.push(application);
    for (const name of application.variables) Reflect.deleteProperty(assigned, name);
  }
  return { applications, assigned };
}

function applicationOf(step: KnownStep): Application {
  const { parameter, gradient } = step;
  switch (step.rule) {
    case 'adam':
      // TensorFlow: lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) is the step size; with both powers given as 0 it is lr itself.
      return {
        op: 'ResourceApplyAdam',
        flags: {},
        variables: [parameter.name, step.m.name, step.v.name],
        inputs: [0, 0, step.stepSize, step.beta1, step.beta2, step.epsilon, gradient],
        first: step.decay === undefined ? undefined : mul(parameter, step.decay),
      };
    case 'sgd':
      return {
        op: 'ResourceApplyGradientDescent',
        flags: {},
        variables: [parameter.name],
        inputs: [step.rate, gradient],
        first: undefined,
      };
    case 'momentum':
      // u ← μ·u + g, w ← w − α·u or w − α·(g + μ·u): as the optimiser has it.
      return {
        op: 'ResourceApplyMomentum',
        flags: { use_nesterov: step.nesterov },
        variables: [parameter.name, step.velocity.name],
        inputs: [step.rate, gradient, step.momentum],
        first: undefined,
      };
  }
}

/** Whether a variable may take over the memory of what this computes: it is no one else's, or TensorFlow's to share. */
export function isOwnMemory(operation: Operation): boolean {
  return operation.kind === 'read' || (operation.kind === 'raw' && !sharing.has(operation.op));
}

/** Ops whose output may lie on the memory of their input. */
const sharing = new Set(['Reshape', 'Sum', 'Max', 'Min', 'BroadcastTo', 'BiasAddGrad', 'Transpose']);

/** A copy in memory of its own. */
export function deepCopy(operation: Operation): Operation {
  return raw('DeepCopy', [operation]);
}
