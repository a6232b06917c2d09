import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Ort from 'onnxruntime-node';
import { sizeOf, type Shape, type Tensor, type TensorMap } from '../../core/tensor.js';
import type { Engine, Feeds, Program, ProgramDefinition, Variables } from '../engine.js';
import { onnxFromGraph } from '../onnx/from-graph.js';
import { encodeModel } from '../onnx/model.js';
import { ThreadChoice } from './thread-choice.js';
import { checkedWrite, disposed, feedFor, ownVariables, signatureOf, type Signature } from './program-checks.js';

type OrtModule = typeof Ort;

export interface OrtOptions {
  /** Thread counts to choose from as the machine's load changes; by default all cores, and one. */
  readonly threads?: readonly number[];
}

/**
 * The embedded engine: ONNX Runtime, a whole program as one ONNX model. Variables lie in two sets of buffers: a run
 * reads one and writes the other, and then they change places, so that a step allocates nothing of their size.
 *
 * @throws whatever loading onnxruntime-node throws where it has no binary for this platform
 */
export function createOrtEngine({ threads = [...new Set([availableParallelism(), 1])] }: OrtOptions = {}): Engine {
  const require = createRequire(import.meta.url);
  const ort = require('onnxruntime-node') as OrtModule;
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  let live = 0;
  const holding = (change: number): void => {
    live += change;
  };
  return {
    name: 'ort',
    versions: { 'onnxruntime-node': version },
    compile: (definition) => compile(ort, definition, threads, holding),
    variables: (initial) => new OrtVariables(ort, initial, holding),
    liveBuffers: () => live,
  };
}

const sessionConfiguration = {
  // A program's threads would otherwise go on spinning while the next program runs on the same cores.
  'session.intra_op.allow_spinning': '0',
  // Moments of units that died decay into denormal numbers, which some processors handle in slow microcode.
  'session.set_denormal_as_zero': '1',
};

type Holding = (change: number) => void;

async function compile(
  ort: OrtModule,
  definition: ProgramDefinition,
  threads: readonly number[],
  holding: Holding,
): Promise<Program> {
  const signature = signatureOf(definition);
  const { fetches, updates = {} } = definition;
  const graph = onnxFromGraph({ ...prefixed('fetch:', fetches), ...prefixed('update:', updates) });
  const model = encodeModel(graph);
  const open = (intraOpNumThreads: number): Promise<Ort.InferenceSession> =>
    ort.InferenceSession.create(model, {
      intraOpNumThreads,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: sessionConfiguration,
    });
  // A variable that is only replaced, never read, is no input of the model.
  const readVariables = graph.inputs.flatMap(({ name }) => (name.startsWith('variable:') ? [name.slice(9)] : []));
  const ports = { fetchNames: Object.keys(fetches), updateNames: Object.keys(updates), readVariables };
  const sessions = new Sessions(open, threads);
  // Opened now, so that a graph that ONNX Runtime cannot run fails where it is compiled.
  await sessions.open(0);
  holding(1);
  return new OrtProgram(ort, sessions, signature, ports, holding);
}

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** One model in a session for each thread count, the later ones opened when they are first tried. */
class Sessions {
  readonly #choice: ThreadChoice;
  readonly #opened = new Map<number, Promise<Ort.InferenceSession>>();

  constructor(
    private readonly make: (threads: number) => Promise<Ort.InferenceSession>,
    threads: readonly number[],
  ) {
    this.#choice = new ThreadChoice(threads);
  }

  open(index: number): Promise<Ort.InferenceSession> {
    let session = this.#opened.get(index);
    if (session === undefined) {
      session = this.make(this.#choice.counts[index] ?? 1);
      this.#opened.set(index, session);
    }
    return session;
  }

  async run(
    inputs: Ort.InferenceSession.FeedsType,
    wanted: Ort.InferenceSession.FetchesType,
  ): Promise<Ort.InferenceSession.ReturnType> {
    const index = this.#choice.next();
    const session = await this.open(index);
    const began = performance.now();
    const results = await session.run(inputs, wanted);
    this.#choice.record(index, performance.now() - began);
    return results;
  }

  release(): void {
    for (const session of this.#opened.values()) void session.then((opened) => opened.release());
    this.#opened.clear();
  }
}

interface Ports {
  readonly fetchNames: readonly string[];
  readonly updateNames: readonly string[];
  readonly readVariables: readonly string[];
}

class OrtProgram implements Program {
  #disposed = false;

  constructor(
    private readonly ort: OrtModule,
    private readonly sessions: Sessions,
    private readonly signature: Signature,
    private readonly ports: Ports,
    private readonly holding: Holding,
  ) {}

  async run(feeds: Feeds, variables?: Variables): Promise<Record<string, Float32Array>> {
    if (this.#disposed) throw disposed('a program');
    const { fetchNames, updateNames, readVariables } = this.ports;
    const own = ownVariables(variables, isOrtVariables, this.signature);
    const inputs: Record<string, Ort.Tensor> = {};
    for (const [name, shape] of this.signature.feeds) {
      inputs[`feed:${name}`] = new this.ort.Tensor('float32', feedFor(feeds, name, shape), shape);
    }
    for (const name of readVariables) if (own !== undefined) inputs[`variable:${name}`] = own.current(name);
    const wanted: Record<string, Ort.Tensor | null> = {};
    for (const name of fetchNames) wanted[`fetch:${name}`] = null;
    for (const name of updateNames) if (own !== undefined) wanted[`update:${name}`] = own.spare(name);
    const results = await this.sessions.run(inputs, wanted);
    own?.swap(updateNames);
    return Object.fromEntries(fetchNames.map((name) => [name, results[`fetch:${name}`]?.data as Float32Array]));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.sessions.release();
    this.holding(-1);
  }
}

interface Slot {
  readonly shape: Shape;
  current: Ort.Tensor;
  /** Made at the first update: frozen copies never need it. */
  spare: Ort.Tensor | undefined;
}

class OrtVariables implements Variables {
  readonly #slots: Map<string, Slot>;
  #disposed = false;

  constructor(
    private readonly ort: OrtModule,
    initial: TensorMap,
    private readonly holding: Holding,
  ) {
    this.#slots = new Map(
      Object.entries(initial).map(([name, { shape, data }]) => [
        name,
        { shape, current: new ort.Tensor('float32', data.slice(), shape), spare: undefined },
      ]),
    );
    holding(this.#slots.size);
  }

  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  current(name: string): Ort.Tensor {
    return this.#slot(name).current;
  }

  spare(name: string): Ort.Tensor {
    const slot = this.#slot(name);
    slot.spare ??= new this.ort.Tensor('float32', new Float32Array(sizeOf(slot.shape)), slot.shape);
    return slot.spare;
  }

  swap(names: readonly string[]): void {
    for (const name of names) {
      const slot = this.#slot(name);
      if (slot.spare !== undefined) [slot.current, slot.spare] = [slot.spare, slot.current];
    }
  }

  read(name: string): Tensor {
    const { shape, current } = this.#slot(name);
    return { shape, data: (current.data as Float32Array).slice() };
  }

  readAll(): TensorMap {
    return Object.fromEntries(this.names.map((name) => [name, this.read(name)]));
  }

  write(values: TensorMap): void {
    for (const [name, { shape, data }] of Object.entries(values)) {
      checkedWrite(name, this.#slots.get(name)?.shape, shape);
      (this.#slot(name).current.data as Float32Array).set(data);
    }
  }

  clone(names: readonly string[] = this.names): Variables {
    return new OrtVariables(this.ort, Object.fromEntries(names.map((name) => [name, this.read(name)])), this.holding);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.holding(-this.#slots.size);
    this.#slots.clear();
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw disposed(`variable "${name}"`);
    return slot;
  }
}

function isOrtVariables(variables: Variables): variables is OrtVariables {
  return variables instanceof OrtVariables;
}
