import { expect } from 'chai';
import type { Engine, EngineName, ProgramDefinition } from '../../src/engine/engine.js';
import { gradients } from '../../src/engine/graph/gradients.js';
import * as g from '../../src/engine/graph/ops.js';
import type { GraphNode } from '../../src/engine/graph/node.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from './engines-under-test.js';

/** What every engine must do. Expected values are worked out by hand in the comments next to them. */
export function engineContract(
  name: EngineName,
  what = `engine ${name}`,
  make: () => Promise<Engine> = () => engineForTest(name),
): void {
  describe(what, () => {
    let engine: Engine;

    before(async () => {
      engine = await make();
    });

    async function compute(fetch: GraphNode, feeds: Record<string, number[]> = {}): Promise<number[]> {
      const program = await engine.compile({ fetches: { y: fetch } });
      const given = Object.fromEntries(Object.entries(feeds).map(([key, values]) => [key, Float32Array.from(values)]));
      const { y = new Float32Array() } = await program.run(given);
      program.dispose();
      return [...y];
    }

    function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
      expect(actual).to.have.length(expected.length);
      actual.forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, tolerance));
    }

    it('says its name and versions', () => {
      expect(engine.name).to.equal(name);
      expect(Object.values(engine.versions)).to.have.length.greaterThan(0);
    });

    const x = g.feed('x', [2, 3]);
    const values = { x: [-2, -0.5, 0, 0.5, 1, 3] };
    const elementwise: readonly [string, (node: GraphNode) => GraphNode, (value: number) => number][] = [
      ['neg', g.neg, (v) => -v],
      ['exp', g.exp, Math.exp],
      ['log of exp', (n) => g.log(g.exp(n)), (v) => v],
      ['sqrt of square', (n) => g.sqrt(g.square(n)), Math.abs],
      ['relu', g.relu, (v) => Math.max(v, 0)],
      ['sigmoid', g.sigmoid, (v) => 1 / (1 + Math.exp(-v))],
      ['tanh', g.tanh, Math.tanh],
    ];
    for (const [op, build, formula] of elementwise) {
      it(`computes ${op}`, async () => {
        expectClose(await compute(build(x), values), values.x.map(formula));
      });
    }

    it('adds, subtracts, multiplies and divides with broadcasting', async () => {
      const row = g.feed('row', [3]);
      const column = g.feed('column', [2, 1]);
      const feeds = { x: [1, 2, 3, 4, 5, 6], row: [1, 2, 4], column: [10, 100] };
      expectClose(await compute(g.add(x, row), feeds), [2, 4, 7, 5, 7, 10]);
      expectClose(await compute(g.sub(x, column), feeds), [-9, -8, -7, -96, -95, -94]);
      expectClose(await compute(g.mul(column, row), feeds), [10, 20, 40, 100, 200, 400]);
      expectClose(await compute(g.div(x, row), feeds), [1, 1, 0.75, 4, 2.5, 1.5]);
      expectClose(await compute(g.mul(x, g.constant(2)), feeds), [2, 4, 6, 8, 10, 12]);
    });

    it('multiplies matrices, either of them transposed', async () => {
      const feeds = { a: [1, 2, 3, 4, 5, 6], b: [1, 0, 2, 1, 0, 1] };
      const a = g.feed('a', [2, 3]);
      const b = g.feed('b', [3, 2]);
      // row 1: 1·1+2·2+3·0 = 5, 1·0+2·1+3·1 = 5; row 2: 4+10+0 = 14, 0+5+6 = 11
      expectClose(await compute(g.matMul(a, b), feeds), [5, 5, 14, 11]);
      const at = g.feed('at', [3, 2]);
      const bt = g.feed('bt', [2, 3]);
      const transposed = { ...feeds, at: [1, 4, 2, 5, 3, 6], bt: [1, 2, 0, 0, 1, 1] };
      expectClose(await compute(g.matMul(at, b, { transposeA: true }), transposed), [5, 5, 14, 11]);
      expectClose(await compute(g.matMul(a, bt, { transposeB: true }), transposed), [5, 5, 14, 11]);
      expectClose(await compute(g.matMul(at, bt, { transposeA: true, transposeB: true }), transposed), [5, 5, 14, 11]);
    });

    it('sums over any axes', async () => {
      const feeds = { x: [1, 2, 3, 4, 5, 6] };
      expectClose(await compute(g.sum(x), feeds), [21]);
      expectClose(await compute(g.sum(x, [0]), feeds), [5, 7, 9]);
      expectClose(await compute(g.sum(x, [1]), feeds), [6, 15]);
      expectClose(await compute(g.mean(x), feeds), [3.5]);
    });

    it('takes softmax and its logarithm along rows, also of large logits', async () => {
      const feeds = { x: [0, Math.log(2), Math.log(5), 1000, 1000, 0] };
      // e^x = 1, 2, 5 → /8; the second row is ½, ½, 0
      expectClose(await compute(g.softmax(x), feeds), [0.125, 0.25, 0.625, 0.5, 0.5, 0]);
      const log = await compute(g.logSoftmax(x), feeds);
      expectClose(log.slice(0, 5), [Math.log(0.125), Math.log(0.25), Math.log(0.625), -Math.log(2), -Math.log(2)]);
      expect(log[5]).to.be.closeTo(-1000.6931, 1e-2);
    });

    it('takes sigmoid cross-entropy from logits without overflow', async () => {
      const z = g.feed('z', [4]);
      const t = g.feed('t', [4]);
      // log(1 + e^z) − z·t: log 2; log(1 + e) − 1; 100 − 100 = 0; 0 − (−100)·1 = 100
      const expected = [Math.log(2), Math.log(1 + Math.E) - 1, 0, 100];
      expectClose(await compute(g.sigmoidCrossEntropy(z, t), { z: [0, 1, 100, -100], t: [0.3, 1, 1, 1] }), expected);
    });

    it('reshapes and stretches', async () => {
      const feeds = { x: [1, 2, 3, 4, 5, 6] };
      expectClose(await compute(g.reshape(x, [3, 2]), feeds), feeds.x);
      const row = g.feed('row', [3]);
      expectClose(await compute(g.broadcastTo(row, [2, 3]), { row: [1, 2, 3] }), [1, 2, 3, 1, 2, 3]);
    });

    it('hands out arrays that are the caller’s own', async () => {
      const w = g.variable('w', [2]);
      const program = await engine.compile({ fetches: { w, again: g.add(w, g.constant(0)) } });
      const variables = engine.variables({ w: { shape: [2], data: Float32Array.of(1, 2) } });
      const { w: first } = await program.run({}, variables);
      first?.fill(99);
      expect([...((await program.run({}, variables))['w'] ?? [])]).to.deep.equal([1, 2]);
      program.dispose();
      variables.dispose();
    });

    it('updates variables all at once, each from the old values', async () => {
      const [a, b] = [g.variable('a', []), g.variable('b', [])];
      const swap = await engine.compile({ fetches: { sum: g.add(a, b) }, updates: { a: b, b: a } });
      const scalar = (value: number) => ({ shape: [], data: Float32Array.of(value) });
      const variables = engine.variables({ a: scalar(1), b: scalar(2) });
      const sums = [];
      for (let i = 0; i < 3; i++) sums.push((await swap.run({}, variables))['sum']?.[0]);
      expect(sums).to.deep.equal([3, 3, 3]);
      expect([variables.read('a').data[0], variables.read('b').data[0]]).to.deep.equal([2, 1]);
      swap.dispose();
      variables.dispose();
    });

    it('keeps a frozen copy as it was while the original goes on', async () => {
      const w = g.variable('w', []);
      const grow = await engine.compile({ fetches: {}, updates: { w: g.add(w, g.constant(1)) } });
      const variables = engine.variables({ w: { shape: [], data: Float32Array.of(0) } });
      await grow.run({}, variables);
      const frozen = variables.clone();
      await grow.run({}, variables);
      expect([variables.read('w').data[0], frozen.read('w').data[0]]).to.deep.equal([2, 1]);
      grow.dispose();
      variables.dispose();
      frozen.dispose();
    });

    it('learns: gradient descent on a square finds its root', async () => {
      const w = g.variable('w', [2]);
      const loss = g.sum(g.square(g.sub(w, g.constant(Float32Array.of(3, -1), [2]))));
      const [gradient = loss] = gradients(loss, [w]);
      const step = await engine.compile({
        fetches: { loss },
        updates: { w: g.sub(w, g.mul(gradient, g.constant(0.25))) },
      });
      const variables = engine.variables({ w: { shape: [2], data: Float32Array.of(0, 0) } });
      // w ← w − ¼·2(w − c): the error halves each time; after 20 steps it is 3/2²⁰ < 1e-5
      for (let i = 0; i < 20; i++) await step.run({}, variables);
      expectClose([...variables.read('w').data], [3, -1], 1e-5);
      step.dispose();
      variables.dispose();
    });

    it('gives the same bytes run after run', async () => {
      const w = g.variable('w', [3, 3]);
      const definition: ProgramDefinition = { fetches: {}, updates: { w: g.tanh(g.matMul(w, g.exp(w))) } };
      const results = [];
      for (let run = 0; run < 2; run++) {
        const program = await engine.compile(definition);
        const variables = engine.variables({
          w: { shape: [3, 3], data: Float32Array.from({ length: 9 }, (_, i) => Math.sin(i)) },
        });
        for (let i = 0; i < 10; i++) await program.run({}, variables);
        results.push([...variables.read('w').data]);
        program.dispose();
        variables.dispose();
      }
      expect(results[0]).to.deep.equal(results[1]);
    });

    it('holds nothing once programs and variables are disposed', async () => {
      const before = engine.liveBuffers();
      const w = g.variable('w', [2]);
      const program = await engine.compile({ fetches: { y: g.mul(w, g.constant(2)) }, updates: { w: g.add(w, w) } });
      const variables = engine.variables({ w: { shape: [2], data: Float32Array.of(1, 2) } });
      const between = engine.liveBuffers();
      for (let i = 0; i < 5; i++) await program.run({}, variables);
      expect(engine.liveBuffers()).to.equal(between);
      expect(between).to.be.greaterThan(before);
      program.dispose();
      variables.dispose();
      program.dispose();
      variables.dispose();
      expect(engine.liveBuffers()).to.equal(before);
    });

    const refused: readonly [string, () => Promise<unknown>, RegExp][] = [
      ['a feed that is missing', () => compute(x), /needs a feed "x" \[2, 3\]; given: none/],
      ['a feed of the wrong length', () => compute(x, { x: [1] }), /feed "x" has 1 values; \[2, 3\] needs 6/],
      ['variables that are missing', () => compute(g.variable('w', [2])), /needs variables w; none were given/],
      [
        'an update that does not fit its variable',
        () => engine.compile({ fetches: {}, updates: { w: g.add(g.variable('w', [1]), x) } }),
        /update of "w" \[1\] does not fit: it is add \[2, 3\]/,
      ],
      [
        'one name with two shapes',
        () => engine.compile({ fetches: { y: g.add(g.sum(x), g.sum(g.feed('x', [4]))) } }),
        /feed "x" is used as \[2, 3\] and as \[4\]/,
      ],
    ];
    for (const [what, act, message] of refused) {
      it(`refuses ${what}`, async () => {
        const error = await captureError(act);
        expect(error.code).to.equal('bad-shape');
        expect(error.message).to.match(message);
      });
    }

    it('refuses to run a program that was disposed', async () => {
      const program = await engine.compile({ fetches: { y: g.constant(1) } });
      program.dispose();
      expect((await captureError(() => program.run({}))).code).to.equal('disposed');
    });

    it('refuses to write a value of another shape into a variable', async () => {
      const variables = engine.variables({ w: { shape: [2], data: Float32Array.of(1, 2) } });
      const error = await captureError(() => {
        variables.write({ w: { shape: [1], data: Float32Array.of(1) } });
      });
      expect(error.message).to.equal('variable "w" is [2], the new value [1]');
      expect(
        (
          await captureError(() => {
            variables.write({ v: { shape: [1], data: Float32Array.of(1) } });
          })
        ).message,
      ).to.match(/no variable "v"/);
      variables.dispose();
    });
  });
}
