import { expect } from 'chai';
import type { Engine } from '../../src/engine/engine.js';
import * as g from '../../src/engine/graph/ops.js';
import { selectEngine } from '../../src/engine/select.js';
import { captureError } from '../support/capture-error.js';
import { testedEngines } from './engines-under-test.js';

const doubled = { fetches: { y: g.mul(g.feed('x', [1]), g.constant(2)) } };

/** The engine of this name and, where it has one, its companion. */
async function opened(name: (typeof testedEngines)[number]): Promise<readonly [Engine, Engine | undefined]> {
  const { engine } = await selectEngine(name);
  return [engine, engine.companion?.()];
}

for (const name of testedEngines) {
  describe(`an engine that is disposed: ${name}`, () => {
    it('ends, once and for all, however often it is asked to', async () => {
      const [engine, companion] = await opened(name);
      for (const one of [engine, companion]) {
        const program = await one?.compile(doubled);
        const { y } = (await program?.run({ x: Float32Array.of(3) })) ?? { y: Float32Array.of(6) };
        expect(y?.[0]).to.equal(6);
        program?.dispose();
      }
      await engine.dispose();
      await engine.dispose();
      await companion?.dispose();
    });

    it('waits for what it still computes', async () => {
      const [engine, companion] = await opened(name);
      for (const one of [companion, engine]) {
        const program = await one?.compile(doubled);
        const running = program?.run({ x: Float32Array.of(3) });
        const ending = one?.dispose();
        const { y } = (await running) ?? { y: Float32Array.of(6) };
        expect(y?.[0]).to.equal(6);
        await ending;
      }
    });

    it('lets programs and variables be disposed late', async () => {
      const [engine, companion] = await opened(name);
      const one = companion ?? engine;
      const program = await one.compile(doubled);
      const variables = one.variables({ w: { shape: [1], data: Float32Array.of(1) } });
      await engine.dispose();
      program.dispose();
      variables.dispose();
    });
  });
}

describe('an engine of ONNX Runtime that is disposed', () => {
  it('refuses to make anything, and so does its companion', async () => {
    const [engine, companion] = await opened('ort');
    await engine.dispose();
    for (const make of [
      () => engine.compile(doubled),
      () => companion?.compile(doubled),
      () => Promise.resolve(engine.companion?.()),
    ]) {
      const error = await captureError(async () => make());
      expect(error.code).to.equal('disposed');
    }
  });
});
