import { expect } from 'chai';
import { engineBeside } from '../../../src/engine/beside/engine-beside.js';
import { Line } from '../../../src/engine/beside/line.js';
import { startThread } from '../../../src/engine/beside/start-thread.js';
import { withBeside } from '../../../src/engine/beside/with-beside.js';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { captureError } from '../../support/capture-error.js';
import { engineContract } from '../engine-contract.js';
import { engineForTest } from '../engines-under-test.js';

/** The engine beside one of this name, on a machine of two cores. */
async function besideOf(name: 'ort' | 'wasm'): Promise<Engine> {
  const beside = withBeside(await engineForTest(name), name, 2).beside?.();
  if (beside === undefined) throw new Error(`${name} has no engine beside it`);
  return beside;
}

for (const name of ['ort', 'wasm'] as const) engineContract(name, `engine beside ${name}`, () => besideOf(name));

describe('an engine beside another', () => {
  it('is none on a machine with one core', async () => {
    const engine = await engineForTest();
    expect(withBeside(engine, 'ort', 1)).not.to.have.property('beside');
  });

  it('is the same one at each call, and what it holds is counted with the rest', async () => {
    const engine = withBeside(await engineForTest(), 'ort', 2);
    expect(engine.beside?.()).to.equal(engine.beside?.());
    const before = engine.liveBuffers();
    const variables = engine.beside?.().variables({ w: { shape: [1], data: Float32Array.of(1) } });
    expect(engine.liveBuffers()).to.equal(before + 1);
    variables?.dispose();
    expect(engine.liveBuffers()).to.equal(before);
  });

  it('gives the same bytes as the one it is beside', async () => {
    const values = { w: { shape: [64, 64], data: Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i) / 8) } };
    const w = g.variable('w', [64, 64]);
    const definition = { fetches: {}, updates: { w: g.tanh(g.matMul(w, w, { transposeB: true })) } };
    const results: Float32Array[] = [];
    for (const engine of [await engineForTest(), await besideOf('ort')]) {
      const program = await engine.compile(definition);
      const variables = engine.variables(values);
      for (let i = 0; i < 5; i++) await program.run({}, variables);
      results.push(variables.read('w').data);
      program.dispose();
      variables.dispose();
    }
    expect(results[0]).to.deep.equal(results[1]);
  });

  it('computes while the asking thread goes on, and answers in the order in which it was asked', async () => {
    const engine = await besideOf('ort');
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
    const engine = await besideOf('ort');
    const program = await engine.compile({ fetches: { y: g.neg(g.feed('x', [2])) } });
    const larger = Float32Array.of(1, 2, 3, 4);
    const { y = [] } = await program.run({ x: larger.subarray(1, 3) });
    expect([...y]).to.deep.equal([-2, -3]);
    expect([...larger]).to.deep.equal([1, 2, 3, 4]);
    program.dispose();
  });

  it('refuses variables of the engine that it is beside', async () => {
    const engine = withBeside(await engineForTest(), 'ort', 2);
    const program = await engine.beside?.().compile({ fetches: { y: g.variable('w', [1]) } });
    const variables = engine.variables({ w: { shape: [1], data: Float32Array.of(1) } });
    const error = await captureError(() => program?.run({}, variables));
    expect(error.message).to.match(/the given ones are of another engine/);
    program?.dispose();
    variables.dispose();
  });

  it('does not wait for values of a thread that does not start', async () => {
    const line = new Line((signal) => startThread('./no-such-module', import.meta.url, signal, {}));
    const variables = engineBeside({ name: 'ort', versions: {} }, line).variables({
      w: { shape: [1], data: Float32Array.of(1) },
    });
    const error = await captureError(() => variables.read('w'));
    expect(error.code).to.equal('engine-failed');
  });

  it('says so where its thread does not start, to whoever waits and whoever asks later', async () => {
    const line = new Line((signal) => startThread('./no-such-module', import.meta.url, signal, {}));
    const engine = engineBeside({ name: 'ort', versions: {} }, line);
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
