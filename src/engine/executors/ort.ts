import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Ort from 'onnxruntime-node';
import type { Engine, Feeds, Program, ProgramDefinition, Variables } from '../engine.js';
import { onnxFromGraph } from '../onnx/from-graph.js';
import { encodeModel } from '../onnx/model.js';
import { OrtSessions, type OrtModule } from './ort-sessions.js';
import { isOrtVariables, OrtVariables } from './ort-variables.js';
import { disposed, feedFor, ownVariables, signatureOf, type Signature } from './program-checks.js';

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
  // A variable that is only replaced, never read, is no input of the model.
  const readVariables = graph.inputs.flatMap(({ name }) => (name.startsWith('variable:') ? [name.slice(9)] : []));
  const ports = { fetchNames: Object.keys(fetches), updateNames: Object.keys(updates), readVariables };
  const sessions = new OrtSessions(ort, encodeModel(graph), threads);
  // Opened now, so that a graph that ONNX Runtime cannot run fails where it is compiled.
  await sessions.open(0);
  holding(1);
  return new OrtProgram(ort, sessions, signature, ports, holding);
}

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
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
    private readonly sessions: OrtSessions,
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
