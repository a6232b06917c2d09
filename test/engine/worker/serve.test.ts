import { expect } from 'chai';
import { flatten } from '../../../src/engine/worker/flat-program.js';
import { companionMakers } from '../../../src/engine/worker/companion.js';
import type { Answer, Request } from '../../../src/engine/worker/channel.js';
import { serve } from '../../../src/engine/worker/serve.js';
import { newReadSignal } from '../../../src/engine/worker/thread.js';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { engineForTest } from '../engines-under-test.js';

/** What an engine answers to these requests, in this thread, and what no request foresaw. */
async function served(
  engine: Engine,
  requests: readonly Request[],
  signal = newReadSignal(),
): Promise<{ readonly answers: readonly Answer[]; readonly failures: readonly unknown[] }> {
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  const handle = serve(
    engine,
    signal,
    (answer) => answers.push(answer),
    (error) => failures.push(error),
  );
  for (const request of requests) handle(request);
  const asked = requests.filter((request) => 'call' in request).length;
  while (answers.length < asked && failures.length === 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  return { answers, failures };
}

const w = g.variable('w', [2]);
const doubling = flatten({ fetches: { y: g.mul(w, g.feed('x', [2])) }, updates: { w: g.add(w, w) } });
const initial = { w: { shape: [2], data: Float32Array.of(1, 3) } };

describe('serving an engine to another thread', () => {
  it('does what is asked in order, hands buffers back, and signals reads', async () => {
    const engine = await engineForTest();
    const before = engine.liveBuffers();
    const [x, signal, into] = [Float32Array.of(10, 100), newReadSignal(), new SharedArrayBuffer(8)];
    const { answers, failures } = await served(
      engine,
      [
        { type: 'compile', call: 1, program: 1, definition: doubling },
        { type: 'variables', variables: 1, initial },
        { type: 'run', call: 2, program: 1, feeds: { x }, variables: 1 },
        { type: 'clone', variables: 2, from: 1, names: ['w'] },
        { type: 'write', variables: 1, values: { w: { shape: [2], data: Float32Array.of(0, 0) } } },
        { type: 'read', variables: 2, names: ['w'], into },
        { type: 'discard-variables', variables: 1 },
        { type: 'discard-variables', variables: 2 },
        { type: 'discard-program', program: 1 },
        { type: 'run', call: 3, program: 1, feeds: {}, variables: undefined },
      ],
      signal,
    );
    expect(failures).to.deep.equal([]);
    expect([...(answers[1]?.fetches?.['y'] ?? [])]).to.deep.equal([10, 300]);
    expect(answers[1]?.buffers).to.deep.equal([x.buffer]);
    // Doubled by the run, and not by the write after the clone.
    expect([...new Float32Array(into)]).to.deep.equal([2, 6]);
    expect([...new Int32Array(signal)]).to.deep.equal([1, 0]);
    expect(answers[2]?.error?.message).to.match(/there is no 1 among/);
    expect(engine.liveBuffers()).to.equal(before);
  });

  it('answers with the code of an error that is foreseen', async () => {
    const misfit = flatten({ fetches: {}, updates: { w: g.add(w, g.variable('v', [2])) } });
    const { answers } = await served(await engineForTest(), [
      { type: 'compile', call: 1, program: 1, definition: misfit },
      { type: 'variables', variables: 1, initial },
      { type: 'run', call: 2, program: 1, feeds: {}, variables: 1 },
    ]);
    expect(answers[1]?.error).to.deep.equal({
      message: 'the program needs variables v; known: w',
      code: 'bad-shape',
    });
  });

  it('reports what no request foresees', async () => {
    const into = new SharedArrayBuffer(4);
    const { failures } = await served(await engineForTest(), [{ type: 'read', variables: 7, names: ['w'], into }]);
    expect(String(failures[0])).to.match(/there is no 7 among/);
  });
});

describe('engines that can be companions', () => {
  for (const name of ['ort', 'wasm'] as const) {
    it(`${name} is made in the thread in which it computes`, async () => {
      expect((await companionMakers[name]()).name).to.equal(name);
    });
  }

  it('are served by a module that runs in no other thread', async () => {
    const error: unknown = await import('../../../src/engine/worker/worker.js').catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(/is the main module of a worker thread and runs nowhere else/);
  });
});
