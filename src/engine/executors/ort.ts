import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Ort from 'onnxruntime-node';
import { messageOf } from '../../core/errors.js';
import { sizeOf } from '../../core/tensor.js';
import { disposable } from '../../core/disposable.js';
import { coresToUse } from '../cores.js';
import { ortProviders } from '../presence.js';
import type { Engine, Feeds, Program, ProgramDefinition, Variables } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { add, feed } from '../graph/ops.js';
import { planFusion, UpdateLoops } from '../kernels/fused-updates.js';
import { onnxFromGraph } from '../onnx/from-graph.js';
import { encodeModel } from '../onnx/model.js';
import { loadOrt, type OrtModule } from './load-ort.js';
import { OrtSessionCache, type BorrowedSessions } from './ort-sessions.js';
import { isOrtVariables, OrtVariables } from './ort-variables.js';
import { disposed, feedFor, ownVariables, signatureOf, type Signature } from './program-checks.js';
import { simplifyProgram } from '../graph/simplify.js';

export interface OrtOptions {
  /**
   * Thread counts to choose from as the machine's load changes; by default all cores, half of them, and one. Programs with convolutions
   * or logarithms keep to the first.
   */
  readonly threads?: readonly number[];
  /**
   * The provider that computes, where its files are installed: `cuda`, `tensorrt` or `dml`; the processor by default. What
   * it cannot compute goes to the processor, and variables stay in the processor's memory.
   */
  readonly provider?: string | undefined;
}

/**
 * The embedded engine: ONNX Runtime computes a whole program as one model, and WebAssembly loops then update, in place
 * and in one pass, the variables whose new values are element-wise functions of what the model computed. A step
 * allocates nothing of the variables' size.
 *
 * @throws where the provider's files are not there, and whatever loading onnxruntime-node throws where it has no binary
 *   for this platform
 */
export function createOrtEngine({
  threads = [...new Set([coresToUse(), Math.ceil(coresToUse() / 2), 1])],
  provider,
}: OrtOptions = {}): Engine {
  const known = ortProviders();
  if (provider !== undefined && !known.includes(provider)) {
    const found = known.length > 0 ? `here are: ${known.join(', ')}` : 'none are here';
    throw new Error(
      `the files of the provider "${provider}" do not lie next to ONNX Runtime's binary; ${found}; docs/performance.md, "GPU", says how they get there`,
    );
  }
  // Ten bits of mantissa in products are not what float32 promises; CUDA's libraries read this when they start.
  if (provider !== undefined) process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  const ort = loadOrt();
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const cache = new OrtSessionCache(ort, { threads, provider });
  let live = 0;
  const holding = (change: number): void => {
    live += change;
  };
  let open = true;
  return disposable({
    name: 'ort',
    versions: { 'onnxruntime-node': version, ...(provider === undefined ? {} : { 'execution provider': provider }) },
    compile: async (definition) => {
      if (!open) throw disposed('the engine');
      return compile(ort, cache, definition, holding);
    },
    variables: (initial) => new OrtVariables(ort, initial, holding),
    liveBuffers: () => live,
    dispose: async () => {
      open = false;
      await cache.close();
    },
  });
}

/**
 * The engine of {@link createOrtEngine}, with its provider started where one is asked for: whether the libraries and the
 * driver that it needs are there shows only then.
 *
 * @throws as createOrtEngine does, and where the provider does not start
 */
export async function openOrtEngine(options: OrtOptions): Promise<Engine> {
  const engine = createOrtEngine(options);
  if (options.provider !== undefined) await startProvider(engine, options.provider);
  return engine;
}

/**
 * Computes a sum with the provider.
 *
 * @throws where it does not start, with what ONNX Runtime says of it
 */
export async function startProvider(engine: Engine, provider: string): Promise<void> {
  try {
    const x = feed('x', [1]);
    const program = await engine.compile({ fetches: { y: add(x, x) } });
    await program.run({ x: new Float32Array(1) });
    program.dispose();
  } catch (error) {
    throw new Error(
      `ONNX Runtime's provider "${provider}" does not start: ${messageOf(error).split('\n', 1)[0] ?? ''}; it needs a GPU ` +
        `with its driver, and the vendor's libraries where the system looks for them (LD_LIBRARY_PATH on Linux): ` +
        `docs/performance.md, "GPU"; without REVERIE_ORT_PROVIDER the processor computes`,
      { cause: error },
    );
  }
}

type Holding = (change: number) => void;

async function compile(
  ort: OrtModule,
  cache: OrtSessionCache,
  definition: ProgramDefinition,
  holding: Holding,
): Promise<Program> {
  const signature = signatureOf(definition);
  const { fetches, updates } = simplifyProgram(definition);
  const { fused, reads, rest } = planFusion(updates);
  const scratch = reads.filter(({ op, shape }) => op !== 'variable' && shape.length > 0);
  const scalars = reads.filter(({ op, shape }) => op !== 'feed' && shape.length === 0);
  const outputs = {
    ...prefixed('fetch:', fetches),
    ...prefixed('update:', rest),
    ...prefixed('scratch:', Object.fromEntries(scratch.entries())),
    ...prefixed('scalar:', Object.fromEntries(scalars.entries())),
  };
  // As many as this machine has, not as many as are asked for: all choices give the same bytes then.
  const graph = onnxFromGraph(outputs, availableParallelism());
  // A variable that is only replaced, never read, is no input of the model.
  const named = (kind: string): string[] =>
    graph.inputs.flatMap(({ name }) => (name.startsWith(kind) ? [name.slice(kind.length)] : []));
  const ports: Ports = {
    fetchNames: Object.keys(fetches),
    updateNames: Object.keys(rest),
    readVariables: named('variable:'),
    readFeeds: new Set(named('feed:')),
    scratch,
    scalars,
    loops: fused.length > 0 ? new UpdateLoops(fused) : undefined,
  };
  // ONNX Runtime refuses an empty model; where loops do everything, there is none.
  const borrowed =
    graph.outputs.length === 0
      ? undefined
      : await cache.borrow(
          encodeModel(graph),
          signature.order.some(({ op }) => threadDependentOps.has(op)),
        );
  holding(1);
  return new OrtProgram(ort, borrowed, signature, ports, holding);
}

/**
 * Ops whose results depend, in their last bits, on the number of threads; it must stay the same for programs that have
 * them; isThreadInvariant is about the others.
 */
const threadDependentOps = new Set<GraphNode['op']>(['conv2d', 'convTranspose2d', 'conv2dKernelGrad', 'log']);

function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

interface Ports {
  readonly fetchNames: readonly string[];
  /** Variables whose new values the model itself hands out. */
  readonly updateNames: readonly string[];
  readonly readVariables: readonly string[];
  /** Feeds of the model; what only loops read is none. */
  readonly readFeeds: ReadonlySet<string>;
  /** What the model computes for the loops. */
  readonly scratch: readonly GraphNode[];
  readonly scalars: readonly GraphNode[];
  readonly loops: UpdateLoops | undefined;
}

class OrtProgram implements Program {
  #disposed = false;

  constructor(
    private readonly ort: OrtModule,
    private readonly borrowed: BorrowedSessions | undefined,
    private readonly signature: Signature,
    private readonly ports: Ports,
    private readonly holding: Holding,
  ) {}

  async run(feeds: Feeds, variables?: Variables): Promise<Record<string, Float32Array>> {
    if (this.#disposed) throw disposed('a program');
    const { fetchNames, updateNames, readVariables, readFeeds, scratch, scalars, loops } = this.ports;
    const own = ownVariables(variables, isOrtVariables, this.signature);
    const inputs: Record<string, Ort.Tensor> = {};
    for (const [name, shape] of this.signature.feeds) {
      const data = feedFor(feeds, name, shape);
      if (readFeeds.has(name)) inputs[`feed:${name}`] = new this.ort.Tensor('float32', data, shape);
    }
    // First, as it may move the variables.
    const space = loops === undefined ? undefined : own?.loopSpace(scratch.map(({ shape }) => sizeOf(shape)));
    for (const name of readVariables) if (own !== undefined) inputs[`variable:${name}`] = own.current(name);
    const wanted: Record<string, Ort.Tensor | null> = {};
    for (const name of fetchNames) wanted[`fetch:${name}`] = null;
    for (const name of updateNames) if (own !== undefined) wanted[`update:${name}`] = own.spare(name);
    for (const i of scalars.keys()) wanted[`scalar:${i}`] = null;
    const places = scratch.map(({ shape }, i) => {
      const { buffer = new ArrayBuffer(), byteOffset = 0 } = space?.scratch[i] ?? {};
      return new this.ort.Tensor('float32', new Float32Array(buffer, byteOffset, sizeOf(shape)), shape);
    });
    for (const [i, place] of places.entries()) wanted[`scratch:${i}`] = place;
    const results = (await this.borrowed?.sessions.run(inputs, wanted)) ?? {};
    if (space !== undefined && own !== undefined) {
      loops?.run(
        {
          memory: space.arena.memory,
          addressOf: (name) => addressOf(own.current(name)),
          addressOfInput: (node) => addressOf(places[scratch.indexOf(node)]),
          valueOf: (node) => (results[`scalar:${scalars.indexOf(node)}`]?.data[0] as number | undefined) ?? NaN,
        },
        feeds,
      );
    }
    own?.swap(updateNames);
    return Object.fromEntries(fetchNames.map((name) => [name, results[`fetch:${name}`]?.data as Float32Array]));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.borrowed?.release();
    this.holding(-1);
  }
}

function addressOf(tensor: Ort.Tensor | undefined): number {
  return (tensor?.data as Float32Array | undefined)?.byteOffset ?? NaN;
}
