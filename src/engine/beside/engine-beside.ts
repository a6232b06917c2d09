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
import type { Line } from './line.js';

/**
 * An engine in a thread of its own. What it is asked for it computes in order, while the thread that asked goes on; feeds
 * cost one copy on the way there. The same program, feeds and variables give the same bytes as in the asking thread.
 *
 * @param like the engine that it is beside: its name and versions are this one's
 */
export function engineBeside({ name, versions }: Pick<Engine, 'name' | 'versions'>, line: Line): Engine {
  let live = 0;
  let last = 0;
  const holding = (change: number): void => {
    live += change;
  };
  const newId = (): number => ++last;
  return {
    name,
    versions,
    compile: async (definition: ProgramDefinition) => {
      // First, and here, so that a definition that does not fit is told of as any engine would.
      const signature = signatureOf(definition);
      const id = newId();
      await line.ask({ type: 'compile', program: id, definition: flatten(definition) });
      holding(1);
      return new ProgramBeside(line, id, signature, holding);
    },
    variables: (initial) => {
      const id = newId();
      line.tell({ type: 'variables', variables: id, initial: compact(initial) });
      const shapes = Object.entries(initial).map(([variable, { shape }]) => [variable, shape] as const);
      return new VariablesBeside(line, id, new Map(shapes), { newId, holding });
    },
    liveBuffers: () => live,
  };
}

class ProgramBeside implements Program {
  #disposed = false;

  constructor(
    private readonly line: Line,
    private readonly id: number,
    private readonly signature: Signature,
    private readonly holding: (change: number) => void,
  ) {}

  async run(feeds: Feeds, variables?: Variables): Promise<Record<string, Float32Array>> {
    if (this.#disposed) throw disposed('a program');
    const { line, id, signature } = this;
    const isOwn = (given: Variables): given is VariablesBeside => given instanceof VariablesBeside && given.isOn(line);
    const own = ownVariables(variables, isOwn, signature);
    const copies: Record<string, Float32Array> = {};
    for (const [name, shape] of signature.feeds) copies[name] = line.copyOf(feedFor(feeds, name, shape));
    const { fetches = {} } = await line.ask(
      { type: 'run', program: id, feeds: copies, variables: own?.id },
      Object.values(copies).map(({ buffer }) => buffer as ArrayBuffer),
    );
    return { ...fetches };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.line.tell({ type: 'discard-program', program: this.id });
    this.holding(-1);
  }
}

interface Ledger {
  readonly newId: () => number;
  readonly holding: (change: number) => void;
}

class VariablesBeside implements Variables {
  #disposed = false;

  constructor(
    private readonly line: Line,
    private readonly ownId: number,
    private readonly shapes: ReadonlyMap<string, Shape>,
    private readonly ledger: Ledger,
  ) {
    ledger.holding(shapes.size);
  }

  get names(): readonly string[] {
    return [...this.shapes.keys()];
  }

  /** @throws disposed */
  get id(): number {
    if (this.#disposed) throw disposed('a set of variables');
    return this.ownId;
  }

  isOn(line: Line): boolean {
    return this.line === line;
  }

  read(name: string): Tensor {
    return this.#values([name])[name] ?? { shape: [], data: new Float32Array() };
  }

  readAll(): TensorMap {
    return this.#values(this.names);
  }

  write(values: TensorMap): void {
    for (const [name, { shape }] of Object.entries(values)) checkWrite(name, this.shapes.get(name), shape);
    this.line.tell({ type: 'write', variables: this.id, values: compact(values) });
  }

  clone(names: readonly string[] = this.names): Variables {
    const { newId } = this.ledger;
    const id = newId();
    const shapes = new Map(names.map((name) => [name, this.#shape(name)]));
    this.line.tell({ type: 'clone', variables: id, from: this.id, names });
    return new VariablesBeside(this.line, id, shapes, this.ledger);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.line.tell({ type: 'discard-variables', variables: this.ownId });
    this.ledger.holding(-this.shapes.size);
  }

  /** Waits for everything that was asked before: values are read in the order of what is told. */
  #values(names: readonly string[]): TensorMap {
    const shapes = names.map((name) => this.#shape(name));
    const values = shapes.reduce((total, shape) => total + sizeOf(shape), 0);
    const into = new SharedArrayBuffer(4 * values);
    this.line.await({ type: 'read', variables: this.id, names, into });
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
