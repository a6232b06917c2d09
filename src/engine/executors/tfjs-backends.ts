import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf } from '../../core/errors.js';
import type { Engine, EngineName } from '../engine.js';
import { renewLink } from '../native-install/builds.js';
import { restoreRemovedUtil } from '../native-install/host.js';
import { checkRoomForMemories } from '../kernels/address-space.js';
import { createTensorFlowEngine } from './native.js';
import { createTfjsEngine } from './tfjs.js';
import type { Tf } from './tfjs-ops.js';
import { WasmTensors } from './wasm-backend.js';
import { wasmProducts } from './wasm-products.js';

// All of TensorFlow.js is loaded as CommonJS: its backends register themselves with the one tfjs-core that `require`
// finds, and a second copy loaded as an ES module would not know them.
const require = createRequire(import.meta.url);

/** What of the engines runs TensorFlow.js. */
export type TfjsName = Exclude<EngineName, 'ort'>;

/** TensorFlow.js, ready to compute. */
export interface LoadedTfjs {
  readonly tf: Tf;
  /** Versions of the libraries that compute, by package name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Loads TensorFlow.js for an engine and makes something of it at once, before another engine can take its turn. */
type Loader = <T>(make: (loaded: LoadedTfjs) => T) => Promise<T>;

const loaders: Readonly<Record<TfjsName, Loader>> = {
  native: loadNative,
  wasm: loadWasm,
  cpu: (make) => {
    require('@tensorflow/tfjs-backend-cpu');
    return start('cpu', '@tensorflow/tfjs-backend-cpu', make);
  },
};

/** Loads TensorFlow.js and starts its backend for the named engine. @throws Error that says why it does not load */
export async function loadTfjs(name: TfjsName): Promise<LoadedTfjs> {
  return loaders[name]((loaded) => loaded);
}

/** TensorFlow.js in plain JavaScript: slow, runs everywhere, the yardstick for the others. */
export function createCpuEngine(): Promise<Engine> {
  return loaders.cpu(({ tf, versions }) => createTfjsEngine(tf, { name: 'cpu', backend: 'cpu', versions }));
}

/**
 * TensorFlow.js on WebAssembly with SIMD, one thread: what is left where no native binary runs. Products of matrices and
 * the updates of optimisers are kernels of reverie's own, which work in TensorFlow.js's memory.
 */
export function createWasmEngine(): Promise<Engine> {
  return loaders.wasm(({ tf, versions }) => {
    const inPlace = new WasmTensors(tf);
    return createTfjsEngine(tf, { name: 'wasm', backend: 'wasm', inPlace, ...wasmProducts(tf, inPlace), versions });
  });
}

/**
 * TensorFlow's own library through tfjs-node-gpu or tfjs-node, whichever is installed with its native part. A build that
 * `reverie engine install` has staged is linked in again where `npm ci` took the link away.
 */
export function createNativeEngine(): Promise<Engine> {
  return loaders.native(({ tf, versions }) => createTensorFlowEngine(tf, versions));
}

function loadWasm<T>(make: (loaded: LoadedTfjs) => T): Promise<T> {
  // Where it gets no memory the library writes to stderr, and gives no reason.
  checkRoomForMemories(1);
  const library = '@tensorflow/tfjs-backend-wasm';
  const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(`${join(dirname(require.resolve(`${library}/package.json`)), 'dist')}/`);
  return start('wasm', library, make);
}

function loadNative<T>(make: (loaded: LoadedTfjs) => T): Promise<T> {
  // Read by the library when it is loaded: warnings and errors are printed, what it is optimised for is not. Nothing but
  // switching oneDNN off, which costs speed, silences the two lines that it prints about oneDNN on stderr.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
  restoreRemovedUtil();
  renewLink();
  const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
  const reasons: string[] = [];
  for (const library of packages) {
    const reason = whyNotLoaded(library);
    if (reason === undefined) return start('tensorflow', library, make);
    reasons.push(reason);
  }
  // Of two packages, the one that is installed at all is the one to be mended.
  const reason =
    reasons.find((text) => !text.endsWith(notInstalled)) ?? `neither ${packages.join(' nor ')} is installed`;
  throw new Error(`${reason}; "reverie engine install" puts TensorFlow there`);
}

/** Starts a backend that its library, already loaded, has registered. */
async function start<T>(backend: string, library: string, make: (loaded: LoadedTfjs) => T): Promise<T> {
  const tf = require('@tensorflow/tfjs-core') as Tf;
  // No banner that advertises another package on stderr, and no checks of what the graph has checked already.
  tf.env().set('PROD', true);
  if (!(await tf.setBackend(backend))) throw new Error(`the TensorFlow.js backend "${backend}" does not start`);
  await tf.ready();
  return make({ tf, versions: versionsOf('@tensorflow/tfjs-core', library) });
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
