import { disposable } from '../../core/disposable.js';
import type { Engine } from '../engine.js';
import { loadGraph } from './native/graph-model.js';
import { plan, type StepsAs } from './native/plan.js';
import { NativeProgram, type SharedOps } from './native/program.js';
import { backendName, computeShared, type TensorFlowBackend } from './native/shared-ops.js';
import { TensorFlow } from './native/tensorflow.js';
import { NativeVariables } from './native/variables.js';
import { signatureOf } from './program-checks.js';
import type { Tf } from './tfjs-ops.js';

/**
 * The engine on TensorFlow's own library: a graph of TensorFlow, or its ops one by one in a planned order, on resource
 * variables; optimisers' steps by TensorFlow's ops for them, in place. It computes with as many threads as there are
 * cores, or as TF_NUM_INTRAOP_THREADS says when it is loaded: the same bytes for the same number.
 *
 * @param tf TensorFlow.js, with tfjs-node loaded and its backend ready
 * @param versions of the packages that compute
 * @param stepsAs how training steps are computed; by default what is quicker on the device
 */
export function createTensorFlowEngine(tf: Tf, versions: Engine['versions'], stepsAs?: StepsAs): Engine {
  // Not the current one: another engine may have been started meanwhile.
  const backend = tf.findBackend(backendName) as TensorFlowBackend;
  const tensorFlow = new TensorFlow(backend.binding);
  const shared: SharedOps = {
    prepare: async () => {
      // TensorFlow.js has one current backend in a process; another engine may have been at work in between.
      await tf.setBackend(backendName);
    },
    compute: (operation, inputs) => computeShared(tf, backend, tensorFlow, operation, inputs),
  };
  let programs = 0;
  return disposable({
    name: 'native',
    versions: { ...versions, tensorflow: tensorFlow.version },
    compile: async (definition) => {
      const signature = signatureOf(definition);
      // A graph is fed from the processor's memory: on a GPU the variables would travel there and back at each step.
      const planned = plan(definition, stepsAs ?? (tensorFlow.usesGpu ? 'ops' : 'graph'));
      const graph = planned.model === undefined ? undefined : await loadGraph(tensorFlow, planned.model);
      programs++;
      return new NativeProgram(signature, planned, graph, tensorFlow, shared, () => programs--);
    },
    variables: (initial) => new NativeVariables(tensorFlow, initial),
    liveBuffers: () => tensorFlow.live + programs,
    // TensorFlow's library and its threads stay for the whole process.
    dispose: () => Promise.resolve(),
  });
}
