import type { Tensor as TfTensor } from '@tensorflow/tfjs-core';
import { disposable } from '../../core/disposable.js';
import type { Tensor, TensorMap } from '../../core/tensor.js';
import type { Engine, EngineName, Feeds, Program, ProgramDefinition, Variables } from '../engine.js';
import { topologicalOrder, type GraphNode } from '../graph/node.js';
import { planFusion } from '../kernels/fused-updates.js';
import { checkWrite, disposed, feedFor, ownVariables, signatureOf, type Signature } from './program-checks.js';
import { simplifyProgram } from '../graph/simplify.js';
import { TensorUpdates, type TensorsInMemory } from './tensor-updates.js';
import { evaluateOp, type Tf, type TfjsTraits } from './tfjs-ops.js';

/** What the engines that run op by op differ in. */
export interface TfjsBackend extends TfjsTraits {
  readonly name: EngineName;
  readonly versions: Readonly<Record<string, string>>;
  /** The memory of the tensors, where it is WebAssembly's: loops then update variables in place, in one pass. */
  readonly inPlace?: TensorsInMemory;
}

/**
 * An engine on a TensorFlow.js backend that is already chosen and ready: runs the graph op by op, and the updates by loops
 * where the backend allows it.
 */
export function createTfjsEngine(tf: Tf, backend: TfjsBackend): Engine {
  let programs = 0;
  return disposable({
    name: backend.name,
    versions: backend.versions,
    compile: (definition) => {
      // Checked as it was given: what was simplified away would not be missed.
      const signature = signatureOf(definition);
      const program = new TfjsProgram(tf, simplifyProgram(definition), signature, backend, () => programs--);
      programs++;
      return Promise.resolve(program);
    },
    variables: (initial) => new TfjsVariables(tf, initial),
    liveBuffers: () => tf.memory().numTensors + programs,
    // The backend is TensorFlow.js's own, one for the whole process.
    dispose: () => Promise.resolve(),
  });
}

class TfjsProgram implements Program {
  readonly #order: readonly GraphNode[];
  /** Updates by ops. */
  readonly #updates: Readonly<Record<string, GraphNode>>;
  /** Updates by loops. */
  readonly #inPlace: TensorUpdates | undefined;
  #constants: ReadonlyMap<GraphNode, TfTensor> | undefined;

  constructor(
    private readonly tf: Tf,
    private readonly definition: Required<Pick<ProgramDefinition, 'fetches' | 'updates'>>,
    private readonly signature: Signature,
    private readonly backend: TfjsBackend,
    private readonly onDispose: () => void,
  ) {
    const { inPlace } = backend;
    const plan = inPlace === undefined ? undefined : planFusion(definition.updates);
    this.#updates = plan?.rest ?? definition.updates;
    this.#inPlace = inPlace === undefined || plan === undefined ? undefined : new TensorUpdates(tf, inPlace, plan);
    this.#order = topologicalOrder([
      ...Object.values(definition.fetches),
      ...Object.values(this.#updates),
      ...(plan?.reads ?? []),
    ]);
    this.#constants = new Map(
      this.#order.flatMap((node) =>
        node.op === 'constant' ? [[node, tf.keep(tf.tensor(node.data, [...node.shape]))] as const] : [],
      ),
    );
  }

  async run(feeds: Feeds, variables?: Variables): Promise<Record<string, Float32Array>> {
    // TensorFlow.js has one current backend in a process; another engine may have been at work in between.
    await this.tf.setBackend(this.backend.backend);
    return this.#run(feeds, variables);
  }

  #run(feeds: Feeds, variables: Variables | undefined): Record<string, Float32Array> {
    const constants = this.#constants;
    if (constants === undefined) throw disposed('a program');
    const { tf, definition } = this;
    const own = ownVariables(variables, isTfjsVariables, this.signature);
    const results: Record<string, Float32Array> = {};
    const updates = tf.tidy(() => {
      const values = new Map<GraphNode, TfTensor>(constants);
      for (const node of this.#order) {
        if (node.op !== 'constant') values.set(node, this.#evaluate(node, values, feeds, own));
      }
      for (const [name, node] of Object.entries(definition.fetches)) {
        // A copy: on the cpu backend dataSync hands out the buffer itself, which a constant or variable may share.
        results[name] = Float32Array.from(valueOf(values, node).dataSync());
      }
      // On the wasm backend clones are copies. After them nothing but loops reads the variables.
      const byOps = Object.entries(this.#updates).map(
        ([name, node]) => [name, tf.clone(valueOf(values, node))] as const,
      );
      if (own !== undefined) {
        this.#inPlace?.run(
          (node) => valueOf(values, node),
          (name) => own.tensor(name),
          feeds,
        );
      }
      return Object.fromEntries(byOps);
    });
    for (const [name, tensor] of Object.entries(updates)) own?.replace(name, tensor);
    return results;
  }

  dispose(): void {
    if (this.#constants === undefined) return;
    for (const tensor of this.#constants.values()) tensor.dispose();
    this.#constants = undefined;
    this.onDispose();
  }

  #evaluate(
    node: Exclude<GraphNode, { op: 'constant' }>,
    values: ReadonlyMap<GraphNode, TfTensor>,
    feeds: Feeds,
    variables: TfjsVariables | undefined,
  ): TfTensor {
    switch (node.op) {
      case 'feed':
        return this.tf.tensor(feedFor(feeds, node.name, node.shape), [...node.shape]);
      case 'variable':
        if (variables === undefined) throw disposed(`variable "${node.name}"`);
        return variables.tensor(node.name);
      default: {
        const input = (i: number): TfTensor => {
          const from = node.inputs[i];
          if (from === undefined) throw new Error(`${node.op} has no input ${i}`);
          return valueOf(values, from);
        };
        return evaluateOp(this.tf, node, input, this.backend);
      }
    }
  }
}

class TfjsVariables implements Variables {
  readonly #tensors: Map<string, TfTensor>;

  constructor(
    private readonly tf: Tf,
    initial: TensorMap,
  ) {
    this.#tensors = new Map(
      Object.entries(initial).map(([name, { shape, data }]) => [name, tf.keep(tf.tensor(data.slice(), [...shape]))]),
    );
  }

  get names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  tensor(name: string): TfTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw disposed(`variable "${name}"`);
    return tensor;
  }

  /** Takes `tensor` over as the new value. */
  replace(name: string, tensor: TfTensor): void {
    this.tensor(name).dispose();
    this.#tensors.set(name, this.tf.keep(tensor));
  }

  read(name: string): Tensor {
    const tensor = this.tensor(name);
    return { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
  }

  readAll(): TensorMap {
    return Object.fromEntries(this.names.map((name) => [name, this.read(name)]));
  }

  write(values: TensorMap): void {
    for (const [name, { shape, data }] of Object.entries(values)) {
      checkWrite(name, this.#tensors.get(name)?.shape, shape);
      this.replace(name, this.tf.tensor(data.slice(), [...shape]));
    }
  }

  clone(names: readonly string[] = this.names): Variables {
    return new TfjsVariables(this.tf, Object.fromEntries(names.map((name) => [name, this.read(name)])));
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}

function valueOf(values: ReadonlyMap<GraphNode, TfTensor>, node: GraphNode): TfTensor {
  const value = values.get(node);
  if (value === undefined) throw new Error(`node ${node.op} is used before it is computed`);
  return value;
}

function isTfjsVariables(variables: Variables): variables is TfjsVariables {
  return variables instanceof TfjsVariables;
}
