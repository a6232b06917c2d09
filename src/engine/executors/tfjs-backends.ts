import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Engine } from '../engine.js';
import { createTfjsEngine, type Tf } from './tfjs.js';

// All of TensorFlow.js is loaded as CommonJS: its backends register themselves with the one tfjs-core that `require`
// finds, and a second copy loaded as an ES module would not know them.
const require = createRequire(import.meta.url);

/** TensorFlow.js in plain JavaScript: slow, runs everywhere, the yardstick for the others. */
export async function createCpuEngine(): Promise<Engine> {
  const tf = loadCore();
  require('@tensorflow/tfjs-backend-cpu');
  await choose(tf, 'cpu');
  return createTfjsEngine(tf, {
    name: 'cpu',
    backend: 'cpu',
    versions: versionsOf('@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'),
    transposeFirst: false,
  });
}

/** TensorFlow.js on WebAssembly with SIMD, one thread: what is left where no native binary runs. */
export async function createWasmEngine(): Promise<Engine> {
  const tf = loadCore();
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  const folder = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
  wasm.setWasmPaths(`${folder}/`);
  await choose(tf, 'wasm');
  return createTfjsEngine(tf, {
    name: 'wasm',
    backend: 'wasm',
    versions: versionsOf('@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'),
    transposeFirst: true,
  });
}

/** TensorFlow's own library through tfjs-node-gpu or tfjs-node, whichever is installed with its native part. */
export async function createNativeEngine(): Promise<Engine> {
  const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
  const loaded = packages.find((name) => loads(name));
  if (loaded === undefined) {
    throw new Error(`neither ${packages.join(' nor ')} is installed with its native part`);
  }
  const tf = loadCore();
  await choose(tf, 'tensorflow');
  return createTfjsEngine(tf, {
    name: 'native',
    backend: 'tensorflow',
    versions: versionsOf('@tensorflow/tfjs-core', loaded),
    transposeFirst: false,
  });
}

function loads(name: string): boolean {
  try {
    require(name);
    return true;
  } catch {
    return false;
  }
}

function loadCore(): Tf {
  return require('@tensorflow/tfjs-core') as Tf;
}

async function choose(tf: Tf, backend: string): Promise<void> {
  // No banner that advertises another package on stderr, and no checks of what the graph has checked already.
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(backend))) throw new Error(`the TensorFlow.js backend "${backend}" does not start`);
  await tf.ready();
}

function versionsOf(...packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => [name, (require(`${name}/package.json`) as { version: string }).version]),
  );
}
