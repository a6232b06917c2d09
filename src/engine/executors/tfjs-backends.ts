import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Engine } from '../engine.js';
import { createTfjsEngine, type TfjsBackend } from './tfjs.js';
import type { Tf } from './tfjs-ops.js';

// All of TensorFlow.js is loaded as CommonJS: its backends register themselves with the one tfjs-core that `require`
// finds, and a second copy loaded as an ES module would not know them.
const require = createRequire(import.meta.url);

/** TensorFlow.js in plain JavaScript: slow, runs everywhere, the yardstick for the others. */
export function createCpuEngine(): Promise<Engine> {
  require('@tensorflow/tfjs-backend-cpu');
  return start({ name: 'cpu', backend: 'cpu', library: '@tensorflow/tfjs-backend-cpu', transposeFirst: false });
}

/** TensorFlow.js on WebAssembly with SIMD, one thread: what is left where no native binary runs. */
export function createWasmEngine(): Promise<Engine> {
  const library = '@tensorflow/tfjs-backend-wasm';
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(`${join(dirname(require.resolve(`${library}/package.json`)), 'dist')}/`);
  return start({ name: 'wasm', backend: 'wasm', library, transposeFirst: true });
}

/** TensorFlow's own library through tfjs-node-gpu or tfjs-node, whichever is installed with its native part. */
export function createNativeEngine(): Promise<Engine> {
  const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
  const library = packages.find((name) => loads(name));
  if (library === undefined) throw new Error(`neither ${packages.join(' nor ')} is installed with its native part`);
  return start({ name: 'native', backend: 'tensorflow', library, transposeFirst: false });
}

/** The engine on a backend that its library, already loaded, has registered. */
async function start({
  library,
  ...backend
}: Omit<TfjsBackend, 'versions'> & { readonly library: string }): Promise<Engine> {
  const tf = require('@tensorflow/tfjs-core') as Tf;
  // No banner that advertises another package on stderr, and no checks of what the graph has checked already.
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(backend.backend))) {
    throw new Error(`the TensorFlow.js backend "${backend.backend}" does not start`);
  }
  await tf.ready();
  return createTfjsEngine(tf, { ...backend, versions: versionsOf('@tensorflow/tfjs-core', library) });
}

function loads(name: string): boolean {
  try {
    require(name);
    return true;
  } catch {
    return false;
  }
}

function versionsOf(...packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => [name, (require(`${name}/package.json`) as { version: string }).version]),
  );
}
