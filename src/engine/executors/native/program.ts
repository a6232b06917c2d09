import type { Feeds, Program, Variables } from '../../engine.js';
import { disposed, feedFor, ownVariables, type Signature } from '../program-checks.js';
import type { SharedOperation } from './operation.js';
import type { Instruction, Plan, Slot } from './plan.js';
import type { Attribute, GraphId, TensorFlow, TensorId } from './tensorflow.js';
import { isNativeVariables, type NativeVariables } from './variables.js';

/** What computes the nodes that have no TensorFlow op of their own here. */
export interface SharedOps {
  /** Before a run that has such nodes. */
  prepare(): Promise<void>;
  compute(operation: SharedOperation, inputs: readonly TensorId[]): TensorId;
}

/** Executes a plan. Between runs it holds its constants, and its graph if it has one. */
export class NativeProgram implements Program {
  readonly #usesShared: boolean;
  readonly #flags = new Map<object, readonly Attribute[]>();
  #constants: ReadonlyMap<Slot, TensorId> | undefined;

  /** @param graph the plan's model, loaded; disposed of with the program */
  constructor(
    private readonly signature: Signature,
    private readonly plan: Plan,
    private readonly graph: GraphId | undefined,
    private readonly tensorFlow: TensorFlow,
    private readonly shared: SharedOps,
    private readonly onDispose: () => void,
  ) {
    this.#usesShared = plan.instructions.some(
      (instruction) => instruction.kind === 'compute' && instruction.operation.kind === 'shared',
    );
    this.#constants = new Map(
      [...plan.constants].map(([slot, { value }]) => [
        slot,
        value instanceof Int32Array ? tensorFlow.integers(value) : tensorFlow.copy(value.shape, value.data),
      ]),
    );
  }

  async run(feeds: Feeds, variables?: Variables): Promise<Record<string, Float32Array>> {
    if (this.#usesShared) await this.shared.prepare();
    const constants = this.#constants;
    if (constants === undefined) throw disposed('a program');
    const own = ownVariables(variables, isNativeVariables, this.signature);
    for (const [name, shape] of this.signature.feeds) feedFor(feeds, name, shape);
    const tensors = new Array<TensorId | undefined>(this.plan.slots);
    try {
      return this.#execute(tensors, constants, feeds, own);
    } finally {
      for (const tensor of tensors) if (tensor !== undefined) this.tensorFlow.free(tensor);
    }
  }

  dispose(): void {
    if (this.#constants === undefined) return;
    for (const tensor of this.#constants.values()) this.tensorFlow.free(tensor);
    this.#constants = undefined;
    if (this.graph !== undefined) this.tensorFlow.freeGraph(this.graph);
    this.onDispose();
  }

  /** @param tensors the values by slot but for the constants; what is left there is to be freed afterwards */
  #execute(
    tensors: (TensorId | undefined)[],
    constants: ReadonlyMap<Slot, TensorId>,
    feeds: Feeds,
    own: NativeVariables | undefined,
  ): Record<string, Float32Array> {
    const { tensorFlow } = this;
    const at = (slot: Slot): TensorId => {
      const tensor = tensors[slot] ?? constants.get(slot);
      if (tensor === undefined) throw new Error(`slot ${slot} is empty`);
      return tensor;
    };
    const handle = (name: string): TensorId => {
      if (own === undefined) throw disposed(`variable "${name}"`);
      return own.handle(name);
    };
    for (const [slot, { name, shape }] of this.plan.feeds) {
      tensors[slot] = tensorFlow.view(shape, feedFor(feeds, name, shape));
    }
    for (const instruction of this.plan.instructions) {
      this.#perform(instruction, tensors, at, handle);
      for (const slot of instruction.free) {
        tensorFlow.free(at(slot));
        tensors[slot] = undefined;
      }
    }
    const results: Record<string, Float32Array> = {};
    for (const [name, slot] of this.plan.fetches) results[name] = tensorFlow.data(at(slot));
    for (const [name, slot] of this.plan.assigned) tensorFlow.assignVariable(handle(name), at(slot));
    return results;
  }

  #perform(
    instruction: Instruction,
    tensors: (TensorId | undefined)[],
    at: (slot: Slot) => TensorId,
    handle: (name: string) => TensorId,
  ): void {
    const { tensorFlow } = this;
    switch (instruction.kind) {
      case 'assign':
        tensorFlow.assignVariable(handle(instruction.variable), at(instruction.value));
        return;
      case 'apply': {
        const { op, flags, variables } = instruction.application;
        tensorFlow.perform(op, this.#attributes(flags), [...variables.map(handle), ...instruction.inputs.map(at)]);
        return;
      }
      case 'graph': {
        const { graph, plan } = this;
        if (graph === undefined || plan.model === undefined) throw new Error('the plan has no graph');
        const { inputNames, outputNames } = plan.model;
        const results = tensorFlow.runGraph(graph, instruction.inputs.map(at), inputNames, outputNames);
        for (const [i, slot] of instruction.outputs.entries()) tensors[slot] = results[i];
        return;
      }
      case 'compute': {
        const { operation, inputs, output } = instruction;
        switch (operation.kind) {
          case 'read':
            tensors[output] = tensorFlow.readVariable(handle(operation.name));
            return;
          case 'raw':
            tensors[output] = tensorFlow.compute(operation.op, this.#attributes(operation.flags), inputs.map(at));
            return;
          case 'shared':
            tensors[output] = this.shared.compute(operation, inputs.map(at));
            return;
        }
      }
    }
  }

  #attributes(flags: Readonly<Record<string, boolean>>): readonly Attribute[] {
    const known = this.#flags.get(flags) ?? this.tensorFlow.flags(flags);
    this.#flags.set(flags, known);
    return known;
  }
}
