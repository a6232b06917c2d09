import { fileURLToPath } from 'node:url';
import { ReverieError } from '../../core/errors.js';
import type { Engine, ProgramDefinition } from '../engine.js';
import { gradients } from '../graph/gradients.js';
import {
  add,
  constant,
  feed,
  logSoftmax,
  matMul,
  mean,
  mul,
  neg,
  relu,
  sigmoid,
  sub,
  sum,
  variable,
} from '../graph/ops.js';
import { Adam } from '../optimisers/optimisers.js';
import { runChild } from './tools.js';

/** Largest difference that is put down to another order of adding: |a − b| ≤ tolerance · (1 + |b|). */
const tolerance = 1e-4;
const steps = 5;

/**
 * Computes the same on two engines: some values, and the losses and parameters of a few Adam steps of a network of two
 * layers.
 *
 * @returns what differs; undefined where nothing does
 */
export async function differenceBetween(tested: Engine, yardstick: Engine): Promise<string | undefined> {
  const [found, expected] = [await outcome(tested), await outcome(yardstick)];
  for (const [name, values] of Object.entries(expected)) {
    const others = found[name] ?? [];
    const at = values.findIndex(
      (value, i) => !(Math.abs((others[i] ?? NaN) - value) <= tolerance * (1 + Math.abs(value))),
    );
    if (at >= 0 || others.length !== values.length) {
      return `${name}[${at}] is ${others[at] ?? 'missing'} on ${tested.name} and ${values[at] ?? 'missing'} on ${yardstick.name}`;
    }
  }
  return undefined;
}

async function outcome(engine: Engine): Promise<Record<string, readonly number[]>> {
  const x = feed('x', [4, 3]);
  const targets = feed('targets', [4, 2]);
  const [w0, w1] = [variable('w0', [3, 5]), variable('w1', [5, 2])];
  const logits = matMul(relu(matMul(x, w0)), w1);
  const loss = neg(mean(sum(mul(targets, logSoftmax(logits)), [1])));
  const adam = new Adam({ learningRate: 0.01 });
  const parameters = { w0: { shape: [3, 5], data: waves(15) }, w1: { shape: [5, 2], data: waves(10) } };
  const step: ProgramDefinition = { fetches: { loss, logits }, ...adam.graph([w0, w1], gradients(loss, [w0, w1])) };
  const simple: ProgramDefinition = { fetches: { sigmoid: sigmoid(sub(mul(x, constant(2)), add(x, constant(1)))) } };

  const feeds = { x: waves(12), targets: Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 1, 0) };
  const values: Record<string, readonly number[]> = {};
  const first = await engine.compile(simple);
  for (const [name, data] of Object.entries(await first.run({ x: feeds.x }))) values[name] = [...data];
  first.dispose();

  const training = await engine.compile(step);
  const variables = engine.variables({ ...parameters, ...adam.initial(parameters) });
  for (let i = 1; i <= steps; i++) {
    const fetched = await training.run({ ...feeds, ...adam.feeds(i) }, variables);
    for (const [name, data] of Object.entries(fetched)) values[`${name} of step ${i}`] = [...data];
  }
  for (const name of ['w0', 'w1']) values[name] = [...variables.read(name).data];
  training.dispose();
  variables.dispose();
  return values;
}

/** Some numbers between −1 and 1 without a pattern. */
function waves(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(1 + i * 2.4));
}

const passed = 'reverie: the native engine agrees with cpu';

/**
 * The self-test in a process of its own: a library that cannot be loaded may end the process that tries.
 *
 * @throws install-failed where the engine does not load, does not agree with `cpu`, or ends the process
 */
export async function selfTest(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const here = import.meta.url;
  const script =
    `const { createNativeEngine, createCpuEngine } = await import(${JSON.stringify(siblingModule(here, '../executors/tfjs-backends'))});` +
    `const { differenceBetween } = await import(${JSON.stringify(here)});` +
    `const difference = await differenceBetween(await createNativeEngine(), await createCpuEngine());` +
    `console.log(difference ?? ${JSON.stringify(passed)});`;
  const { code, lines } = await runChild(
    process.execPath,
    [...process.execArgv, '--input-type=module', '--eval', script],
    { env, signal, cwd: fileURLToPath(new URL('.', here)) },
  );
  if (code === 0 && lines.includes(passed)) return;
  const reason = code === 0 ? lines.at(-1) : lines.find((line) => /error/i.test(line));
  throw new ReverieError(
    'install-failed',
    `the native engine was built but does not work: ${reason?.trim() ?? lines.at(-1) ?? `its process ended with ${code ?? 'a signal'}`}; ` +
      'it was taken away again, and the other engines are as they were',
  );
}

/** A module's address, compiled or not as this one is. */
function siblingModule(here: string, path: string): string {
  return new URL(`${path}${here.endsWith('.ts') ? '.ts' : '.js'}`, here).href;
}
