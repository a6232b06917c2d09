import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { workerEngine } from '../../../src/engine/worker/worker-engine.js';
import { WorkerChannel } from '../../../src/engine/worker/channel.js';
import { signalServed, startThread, type ReadSignal } from '../../../src/engine/worker/thread.js';
import { withCompanion } from '../../../src/engine/worker/companion.js';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { captureError } from '../../support/capture-error.js';
import { engineContract } from '../engine-contract.js';
import { engineForTest } from '../engines-under-test.js';

/** The companion of the engine of this name, on a machine of two cores. */
async function companionOf(name: 'ort' | 'wasm'): Promise<Engine> {
  const companion = withCompanion(await engineForTest(name), name, 2).companion?.();
  if (companion === undefined) throw new Error(`${name} has no companion`);
  return companion;
}

for (const name of ['ort', 'wasm'] as const) engineContract(name, `companion of ${name}`, () => companionOf(name));

describe('a companion engine', () => {
  it('is none on a machine with one core', async () => {
    const engine = await engineForTest();
    expect(withCompanion(engine, 'ort', 1)).not.to.have.property('companion');
  });

  it('is the same one at each call, and what it holds is counted with the rest', async () => {
    const engine = withCompanion(await engineForTest(), 'ort', 2);
    expect(engine.companion?.()).to.equal(engine.companion?.());
    const before = engine.liveBuffers();
    const variables = engine.companion?.().variables({ w: { shape: [1], data: Float32Array.of(1) } });
    expect(engine.liveBuffers()).to.equal(before + 1);
    variables?.dispose();
    expect(engine.liveBuffers()).to.equal(before);
  });

  it('gives the same bytes as the engine whose companion it is', async () => {
    const values = { w: { shape: [64, 64], data: Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i) / 8) } };
    const w = g.variable('w', [64, 64]);
    const definition = { fetches: {}, updates: { w: g.tanh(g.matMul(w, w, { transposeB: true })) } };
    const results: Float32Array[] = [];
    for (const engine of [await engineForTest(), await companionOf('ort')]) {
      const program = await engine.compile(definition);
      const variables = engine.variables(values);
      for (let i = 0; i < 5; i++) await program.run({}, variables);
      results.push(variables.read('w').data);
      program.dispose();
      variables.dispose();
    }
    expect(results[0]).to.deep.equal(results[1]);
  });

  it('computes while the calling thread goes on, and answers in the order of the requests', async () => {
    const engine = await companionOf('ort');
    const program = await engine.compile({ fetches: { y: g.mul(g.feed('x', [1]), g.constant(2)) } });
    const order: number[] = [];
    const runs = [1, 2, 3].map(async (value) => {
      const { y } = await program.run({ x: Float32Array.of(value) });
      order.push(y?.[0] ?? NaN);
    });
    expect(order).to.deep.equal([]);
    await Promise.all(runs);
    expect(order).to.deep.equal([2, 4, 6]);
    program.dispose();
  });

  it('leaves feeds as they are, also those that are a part of a larger array', async () => {
    const engine = await companionOf('ort');
    const program = await engine.compile({ fetches: { y: g.neg(g.feed('x', [2])) } });
    const larger = Float32Array.of(1, 2, 3, 4);
    const { y = [] } = await program.run({ x: larger.subarray(1, 3) });
    expect([...y]).to.deep.equal([-2, -3]);
    expect([...larger]).to.deep.equal([1, 2, 3, 4]);
    program.dispose();
  });

  it('refuses variables of the engine whose companion it is', async () => {
    const engine = withCompanion(await engineForTest(), 'ort', 2);
    const program = await engine.companion?.().compile({ fetches: { y: g.variable('w', [1]) } });
    const variables = engine.variables({ w: { shape: [1], data: Float32Array.of(1) } });
    const error = await captureError(() => program?.run({}, variables));
    expect(error.message).to.match(/the given ones are of another engine/);
    program?.dispose();
    variables.dispose();
  });

  it('does not wait for values of a thread that does not start', async () => {
    const line = new WorkerChannel((signal) => startThread('./no-such-module', import.meta.url, signal, {}));
    const variables = workerEngine({ name: 'ort', versions: {} }, line).variables({
      w: { shape: [1], data: Float32Array.of(1) },
    });
    const error = await captureError(() => variables.read('w'));
    expect(error.code).to.equal('engine-failed');
  });

  it('never takes a read that came too late for the one after it', async () => {
    const signals: ReadSignal[] = [];
    // A thread that serves nothing unless it is made to here.
    const nothing = (): void => undefined;
    const silent = Object.assign(new EventEmitter(), { postMessage: nothing, ref: nothing, unref: nothing });
    const channel = new WorkerChannel((signal) => {
      signals.push(signal);
      return silent as unknown as Worker;
    }, 20);
    const variables = workerEngine({ name: 'ort', versions: {} }, channel).variables({
      w: { shape: [1], data: Float32Array.of(7) },
    });
    const read = (): unknown => variables.read('w').data[0];
    expect((await captureError(read)).message).to.match(/given no sign for 0\.02 seconds/);
    for (const signal of signals) signalServed(signal);
    // The first read is served now, the second not yet: its room still holds zeros.
    expect((await captureError(read)).message).to.match(/given no sign for 0\.02 seconds/);
  });

  it('fails where its thread does not start, for calls that wait and calls that come later', async () => {
    const line = new WorkerChannel((signal) => startThread('./no-such-module', import.meta.url, signal, {}));
    const engine = workerEngine({ name: 'ort', versions: {} }, line);
    const compile = (): Promise<unknown> => engine.compile({ fetches: { y: g.constant(1) } });
    for (let time = 0; time < 2; time++) {
      const error = await captureError(compile);
      expect(error.code).to.equal('engine-failed');
      expect(error.message).to.match(/stopped: Cannot find module .*no-such-module.*; what it held is lost/);
    }
    const error = await captureError(() => engine.variables({}));
    expect(error.code).to.equal('engine-failed');
  });
});
