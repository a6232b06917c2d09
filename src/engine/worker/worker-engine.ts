import { disposable } from '../../core/disposable.js';
import type { Engine, Feeds, Program, ProgramDefinition, Variables } from '../engine.js';
import { sizeOf, type Shape, type Tensor, type TensorMap } from '../../core/tensor.js';
import {
  checkWrite,
  disposed,
  feedFor,
  ownVariables,
  signatureOf,
  type Signature,
} from '../executors/program-checks.js';
import { flatten } from './flat-program.js';
import type { WorkerChannel } from './channel.js';

/**
 * An engine in a worker thread, which computes requests in order while the calling thread goes on; feeds cost one copy.
 *
 * @param like the engine of the same kind in the calling thread, for name and versions
 */
export function workerEngine(like: Pick<Engine, 'name' | 'versions'>, channel: WorkerChannel): Engine {
  let live = 0;
  let last = 0;
  const holding = (change: number): void => {
    live += change;
  };
  const newId = (): number => ++last;
  return disposable({
    name: like.name,
    versions: like.versions,
    compile: async (definition: ProgramDefinition) => {
      // First, and here, so that a definition that does not fit fails as with any engine.
      const signature = signatureOf(definition);
      const id = newId();
      await channel.request({ type: 'compile', program: id, definition: flatten(definition) });
      holding(1);
      return new WorkerProgram(channel, id, signature, holding);
    },
    variables: (initial) => {
      const id = newId();
      channel.post({ type: 'variables', variables: id, initial: compact(initial) });
      const shapes = Object.entries(initial).map(([variable, { shape }]) => [variable, shape] as const);
      return new WorkerVariables(channel, id, new Map(shapes), { newId, holding });
    },
    liveBuffers: () => live,
    dispose: () => channel.close(),
  });
}

class WorkerProgram implements Program {
  #disposed = false;

  constructor(
    private readonly channel: WorkerChannel,
    private readonly id: number,
    private readonly signature: Signature,
    private readonly holding: (change: number) => void,
  ) {}

  async run(feeds: Feeds, variables?: Variables): Promise<Record<string, Float32Array>> {
    if (this.#disposed) throw disposed('a program');
    const { channel, id, signature } = this;
    const isOwn = (given: Variables): given is WorkerVariables =>
      given instanceof WorkerVariables && given.isOn(channel);
    const own = ownVariables(variables, isOwn, signature);
    const copies: Record<string, Float32Array> = {};
    for (const [name, shape] of signature.feeds) copies[name] = channel.copyOf(feedFor(feeds, name, shape));
    const { fetches = {} } = await channel.request(
      { type: 'run', program: id, feeds: copies, variables: own?.id },
      Object.values(copies).map(({ buffer }) => buffer as ArrayBuffer),
    );
    return { ...fetches };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.channel.discard({ type: 'discard-program', program: this.id });
    this.holding(-1);
  }
}

interface Account {
  readonly newId: () => number;
  readonly holding: (change: number) => void;
}

class WorkerVariables implements Variables {
  #disposed = false;

  constructor(
    private readonly channel: WorkerChannel,
    private readonly ownId: number,
    private readonly shapes: ReadonlyMap<string, Shape>,
    private readonly account: Account,
  ) {
    account.holding(shapes.size);
  }

  get names(): readonly string[] {
    return [...this.shapes.keys()];
  }

  /** @throws disposed */
  get id(): number {
    if (this.#disposed) throw disposed('a set of variables');
    return this.ownId;
  }

  isOn(channel: WorkerChannel): boolean {
    return this.channel === channel;
  }

  read(name: string): Tensor {
    return this.#values([name])[name] ?? { shape: [], data: new Float32Array() };
  }

  readAll(): TensorMap {
    return this.#values(this.names);
  }

  write(values: TensorMap): void {
    for (const [name, { shape }] of Object.entries(values)) checkWrite(name, this.shapes.get(name), shape);
    this.channel.post({ type: 'write', variables: this.id, values: compact(values) });
  }

  clone(names: readonly string[] = this.names): Variables {
    const { newId } = this.account;
    const id = newId();
    const shapes = new Map(names.map((name) => [name, this.#shape(name)]));
    this.channel.post({ type: 'clone', variables: id, from: this.id, names });
    return new WorkerVariables(this.channel, id, shapes, this.account);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.channel.discard({ type: 'discard-variables', variables: this.ownId });
    this.account.holding(-this.shapes.size);
  }

  /** Waits for all requests before it: the thread serves them in order. */
  #values(names: readonly string[]): TensorMap {
    const shapes = names.map((name) => this.#shape(name));
    const values = shapes.reduce((total, shape) => total + sizeOf(shape), 0);
    const into = new SharedArrayBuffer(4 * values);
    this.channel.requestSync({ type: 'read', variables: this.id, names, into });
    let at = 0;
    const tensors = names.map((name, i): [string, Tensor] => {
      const shape = shapes[i] ?? [];
      const data = new Float32Array(into, at, sizeOf(shape)).slice();
      at += data.byteLength;
      return [name, { shape, data }];
    });
    return Object.fromEntries(tensors);
  }

  #shape(name: string): Shape {
    const shape = this.shapes.get(name);
    if (this.#disposed || shape === undefined) throw disposed(`variable "${name}"`);
    return shape;
  }
}

/** Values in arrays of their own: with a view, all that it is a view of would be copied to the other thread. */
function compact(values: TensorMap): TensorMap {
  return Object.fromEntries(
    Object.entries(values).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.byteLength === data.buffer.byteLength ? data : data.slice() },
    ]),
  );
}
