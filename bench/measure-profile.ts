import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { sizeOf } from '../src/core/tensor.js';
import { loadOrt } from '../src/engine/executors/load-ort.js';
import { sessionConfiguration } from '../src/engine/executors/ort-sessions.js';
import { simplifyProgram } from '../src/engine/graph/simplify.js';
import { gradients } from '../src/engine/graph/gradients.js';
import { topologicalOrder, type GraphNode, type Variable } from '../src/engine/graph/node.js';
import { feed, matMul } from '../src/engine/graph/ops.js';
import { forward, variables } from '../src/engine/networks/network.js';
import { onnxFromGraph } from '../src/engine/onnx/from-graph.js';
import { encodeModel } from '../src/engine/onnx/model.js';
import { networks } from './steps/networks.js';
import { spreadOf, type Spread } from './support/statistics.js';

const ort = loadOrt();
const batch = 256;
const runs = 40;

/** Where the time of a step of the deep autoencoder goes on ONNX Runtime, updates aside. */
export interface Profile {
  /** Milliseconds a run, by operator, as ONNX Runtime's own profiler has it. */
  readonly operators: Readonly<Record<string, number>>;
  /** Milliseconds of loss and gradients. */
  readonly run: Spread;
  /** Milliseconds of the same matrix products and nothing else: the floor. */
  readonly products: Spread;
}

export async function measureProfile(): Promise<Profile> {
  const { network, loss } = networks['deep autoencoder'];
  const x = feed('x', [batch, ...network.input]);
  const total = loss(forward(network, x, 'training').output, x);
  const parameters = variables(network).trainable;
  const step = { loss: total, ...Object.fromEntries(gradients(total, parameters).entries()) };
  const folder = await mkdtemp(join(tmpdir(), 'reverie-profile-'));
  try {
    const run = await time(step, join(folder, 'profile'));
    return { operators: await operatorsOf(folder), run, products: await time(productsOf(step)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each matrix product of the graph, of feeds of the same shapes. */
function productsOf(outputs: Readonly<Record<string, GraphNode>>): Record<string, GraphNode> {
  const products = topologicalOrder(Object.values(outputs)).filter((node) => node.op === 'matMul');
  return Object.fromEntries(
    products.map(({ inputs: [a, b], transposeA, transposeB }, i) => [
      String(i),
      matMul(feed(`a${i}`, a.shape), feed(`b${i}`, b.shape), { transposeA, transposeB }),
    ]),
  );
}

/** Into buffers that are there already, as the engine does it. */
async function time(outputs: Readonly<Record<string, GraphNode>>, profile?: string): Promise<Spread> {
  const { fetches: simpler } = simplifyProgram({ fetches: outputs });
  const model = onnxFromGraph(simpler, availableParallelism());
  const session = await ort.InferenceSession.create(encodeModel(model), {
    intraOpNumThreads: availableParallelism(),
    logSeverityLevel: 3,
    extra: sessionConfiguration,
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
  });
  const leaves = topologicalOrder(Object.values(simpler)).filter(
    (node): node is Variable => node.op === 'feed' || node.op === 'variable',
  );
  const filled = (shape: readonly number[]): Tensor => {
    const data = new Float32Array(sizeOf(shape));
    // Small and of both signs, so that about half of the units are at work.
    data.forEach((_, i) => (data[i] = ((i * 7919) % 101) / 1000 - 0.05));
    return new ort.Tensor('float32', data, shape);
  };
  const inputs = Object.fromEntries(leaves.map(({ op, name, shape }) => [`${op}:${name}`, filled(shape)]));
  const fetches = Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, filled(shape)]));
  const milliseconds: number[] = [];
  for (let i = 0; i < runs + 5; i++) {
    const began = performance.now();
    await session.run(inputs, fetches);
    if (i >= 5) milliseconds.push(performance.now() - began);
  }
  if (profile !== undefined) session.endProfiling();
  await session.release();
  return spreadOf(milliseconds);
}

interface ProfileEvent {
  readonly cat?: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

async function operatorsOf(folder: string): Promise<Record<string, number>> {
  const [file = ''] = await readdir(folder);
  const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as readonly ProfileEvent[];
  const milliseconds: Record<string, number> = {};
  for (const { cat, name, dur, args } of events) {
    const operator = args?.op_name;
    if (cat !== 'Node' || operator === undefined || !name.endsWith('_kernel_time')) continue;
    milliseconds[operator] = (milliseconds[operator] ?? 0) + dur / 1000 / (runs + 5);
  }
  return Object.fromEntries(Object.entries(milliseconds).sort(([, a], [, b]) => b - a));
}
