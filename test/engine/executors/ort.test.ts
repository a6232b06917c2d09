import { expect } from 'chai';
import type * as Ort from 'onnxruntime-node';
import { messageOf } from '../../../src/core/errors.js';
import { randomStream } from '../../../src/core/random.js';
import type { TensorMap } from '../../../src/core/tensor.js';
import type { Engine, Program } from '../../../src/engine/engine.js';
import { loadOrt, type OrtModule } from '../../../src/engine/executors/load-ort.js';
import { OrtSessions } from '../../../src/engine/executors/ort-sessions.js';
import { createOrtEngine, startProvider } from '../../../src/engine/executors/ort.js';
import * as g from '../../../src/engine/graph/ops.js';
import { Adam } from '../../../src/engine/optimisers/optimisers.js';
import { denseNetwork, forward, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { Trainer } from '../../../src/engine/training/trainer.js';

// Narrower in the middle than the batch is long: ONNX Runtime would add up such products in another order with two threads.
const network = denseNetwork({ name: 'net', widths: [256, 400, 100, 300, 256], activation: 'relu' });
const [batch, width] = [64, 256];

/** Parameters after 30 Adam steps of an autoencoder large enough for its products to be split over threads. */
async function trained(threads: readonly number[]): Promise<TensorMap> {
  const trainer = new Trainer({
    engine: createOrtEngine({ threads }),
    parameters: initial(network, randomStream(1)).trainable,
    nodes: variables(network).trainable,
    optimiser: new Adam({ learningRate: 0.001 }),
    objective: () => {
      const x = g.feed('x', [batch, width]);
      return { loss: g.mean(g.sigmoidCrossEntropy(forward(network, x, 'training').output, x)) };
    },
  });
  const random = randomStream(2);
  for (let i = 0; i < 30; i++) {
    await trainer.step(batch, { x: Float32Array.from({ length: batch * width }, () => random.uniform()) });
  }
  const parameters = trainer.variables.readAll();
  trainer.dispose();
  return parameters;
}

describe('ONNX Runtime', () => {
  it('computes the same bytes with one thread, with two, and changing between them', async () => {
    const one = await trained([1]);
    expect(await trained([2])).to.deep.equal(one);
    // Tries the second count in its second run, and whichever is quicker from there on.
    expect(await trained([2, 1])).to.deep.equal(one);
  });
});

describe('a provider of ONNX Runtime', () => {
  it('that is not installed is refused by name', () => {
    expect(() => createOrtEngine({ provider: 'abacus' })).to.throw('the provider "abacus"');
  });

  it('that does not start is refused with its name, the reason in the first line, and what to do', async () => {
    const engine = createOrtEngine({ threads: [1] });
    await startProvider(engine, 'cuda');
    expect(engine.liveBuffers()).to.equal(0);
    const compile = (): Promise<Program> => Promise.reject(new Error('Failed to load shared library\nmore of it'));
    const refused = await startProvider({ ...engine, compile }, 'cuda').then(
      () => '',
      (error: unknown) => messageOf(error),
    );
    expect(refused).to.match(
      /^ONNX Runtime's provider "cuda" does not start: Failed to load shared library; .*LD_LIBRARY_PATH/,
    );
    expect(refused).not.to.include('more of it');
  });

  it('opens one session, that computes the same bytes each time, and the processor one for each number of threads', async () => {
    const opened = async (provider: string | undefined): Promise<Ort.InferenceSession.SessionOptions[]> => {
      const seen: Ort.InferenceSession.SessionOptions[] = [];
      const run = (): Promise<object> => Promise.resolve({});
      const create = (_model: Uint8Array, options: Ort.InferenceSession.SessionOptions): Promise<object> => {
        seen.push(options);
        return Promise.resolve({ run });
      };
      const sessions = new OrtSessions({ InferenceSession: { create } } as unknown as OrtModule, new Uint8Array(), {
        threads: [2, 1],
        provider,
      });
      for (let i = 0; i < 5; i++) await sessions.run({}, {});
      return seen;
    };
    const [gpu, ...others] = await opened('cuda');
    expect(others).to.deep.equal([]);
    expect(gpu?.executionProviders).to.deep.equal(['cuda', 'cpu']);
    expect(gpu?.extra).to.include({ 'session.use_deterministic_compute': '1' });
    const processor = await opened(undefined);
    expect(processor.map(({ intraOpNumThreads }) => intraOpNumThreads)).to.deep.equal([2, 1]);
    expect(processor[0]?.extra).not.to.have.property('session.use_deterministic_compute');
  });
});

describe('programs of ONNX Runtime', () => {
  const program = (engine: Engine, rows: number): Promise<Program> =>
    engine.compile({ fetches: { y: g.softmax(g.feed('x', [rows, 3])) } });

  it('of the same structure are compiled once, and go on when one of them is disposed', async () => {
    const engine = createOrtEngine({ threads: [1] });
    const opened = countOpened();
    const [first, second] = [await program(engine, 2), await program(engine, 2)];
    first.dispose();
    const { y } = await second.run({ x: new Float32Array(6) });
    second.dispose();
    const third = await program(engine, 2);
    expect(opened.count(), 'sessions').to.equal(1);
    await program(engine, 4);
    expect(opened.count(), 'sessions').to.equal(2);
    opened.restore();
    expect([...(y ?? [])]).to.deep.equal([...((await third.run({ x: new Float32Array(6) }))['y'] ?? [])]);
  });

  it('that nobody uses are closed but for the last 32', async () => {
    const engine = createOrtEngine({ threads: [1] });
    for (let rows = 1; rows <= 34; rows++) (await program(engine, rows)).dispose();
    const opened = countOpened();
    await program(engine, 3);
    expect(opened.count(), 'the third is still open').to.equal(0);
    await program(engine, 1);
    expect(opened.count(), 'the first was closed').to.equal(1);
    opened.restore();
  });
});

/** Counts the sessions that are opened from now on. */
function countOpened(): { count(): number; restore(): void } {
  const { InferenceSession } = loadOrt();
  const create = InferenceSession.create.bind(InferenceSession);
  let count = 0;
  InferenceSession.create = ((...parameters: Parameters<typeof create>) => {
    count++;
    return create(...parameters);
  }) as typeof InferenceSession.create;
  return {
    count: () => count,
    restore: () => {
      InferenceSession.create = create;
    },
  };
}
