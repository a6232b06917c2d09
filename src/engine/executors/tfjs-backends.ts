import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf } from '../../core/errors.js';
import type { Engine } from '../engine.js';
import { renewLink } from '../native-install/link.js';
import { restoreRemovedUtil } from '../native-install/removed-util.js';
import { createTensorFlowEngine } from './native.js';
import { createTfjsEngine, type TfjsBackend } from './tfjs.js';
import type { Tf } from './tfjs-ops.js';
import { WasmTensors } from './wasm-backend.js';
import { wasmProducts } from './wasm-products.js';

// All of TensorFlow.js is loaded as CommonJS: its backends register themselves with the one tfjs-core that `require`
// finds, and a second copy loaded as an ES module would not know them.
const require = createRequire(import.meta.url);

/** TensorFlow.js in plain JavaScript: slow, runs everywhere, the yardstick for the others. */
export function createCpuEngine(): Promise<Engine> {
  require('@tensorflow/tfjs-backend-cpu');
  return start({ name: 'cpu', backend: 'cpu', library: '@tensorflow/tfjs-backend-cpu' });
}

/**
 * TensorFlow.js on WebAssembly with SIMD, one thread: what is left where no native binary runs. Products of matrices and
 * the updates of optimisers are kernels of reverie's own, which work in TensorFlow.js's memory.
 */
export function createWasmEngine(): Promise<Engine> {
  const library = '@tensorflow/tfjs-backend-wasm';
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(`${join(dirname(require.resolve(`${library}/package.json`)), 'dist')}/`);
  return start({ name: 'wasm', backend: 'wasm', library }, (tf) => {
    const inPlace = new WasmTensors(tf);
    return { inPlace, ...wasmProducts(tf, inPlace) };
  });
}

/**
 * TensorFlow's own library through tfjs-node-gpu or tfjs-node, whichever is installed with its native part. A build that
 * `reverie engine install` has staged is linked in again where `npm ci` took the link away.
 */
export function createNativeEngine(): Promise<Engine> {
  // Read by the library when it is loaded: warnings and errors are printed, what it is optimised for is not. Nothing but
  // switching oneDNN off, which costs speed, silences the two lines that it prints about oneDNN on stderr.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  restoreRemovedUtil();
  renewLink();
  const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
  const reasons: string[] = [];
  for (const library of packages) {
    const reason = whyNotLoaded(library);
    if (reason === undefined) {
      return start({ name: 'native', backend: 'tensorflow', library });
    }
    reasons.push(reason);
  }
  // Of two packages, the one that is installed at all is the one to be mended.
  const reason =
    reasons.find((text) => !text.endsWith(notInstalled)) ?? `neither ${packages.join(' nor ')} is installed`;
  throw new Error(`${reason}; "reverie engine install" puts TensorFlow there`);
}

/** What is put in the place of a backend's own ways, made once the backend is ready. */
type Improvements = (tf: Tf) => Omit<TfjsBackend, 'name' | 'versions' | 'backend'>;

/** The engine on a backend that its library, already loaded, has registered. */
async function start(
  { library, ...backend }: Pick<TfjsBackend, 'name' | 'backend'> & { readonly library: string },
  improvements: Improvements = () => ({}),
): Promise<Engine> {
  const tf = require('@tensorflow/tfjs-core') as Tf;
  // No banner that advertises another package on stderr, and no checks of what the graph has checked already.
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(backend.backend))) {
    throw new Error(`the TensorFlow.js backend "${backend.backend}" does not start`);
  }
  await tf.ready();
  const versions = versionsOf('@tensorflow/tfjs-core', library);
  return backend.name === 'native'
    ? createTensorFlowEngine(tf, versions)
    : createTfjsEngine(tf, { ...backend, ...improvements(tf), versions });
}

const notInstalled = 'is not installed';

/** Loads a package; why it did not load, in one line. */
function whyNotLoaded(name: string): string | undefined {
  try {
    require.resolve(name);
  } catch {
    return `${name} ${notInstalled}`;
  }
  try {
    require(name);
    return undefined;
  } catch (error) {
    const [first = ''] = messageOf(error).split('\n', 1);
    return first.includes('tfjs_binding.node) can not be found')
      ? `${name} is installed without TensorFlow's library`
      : `${name} does not load: ${first}`;
  }
}

function versionsOf(...packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => [name, (require(`${name}/package.json`) as { version: string }).version]),
  );
}
