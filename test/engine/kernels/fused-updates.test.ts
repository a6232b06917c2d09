import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { loopOps } from '../../../src/engine/kernels/elementwise-loop.js';
import { planFusion } from '../../../src/engine/kernels/fused-updates.js';
import { engineForTest } from '../engines-under-test.js';

const x = g.variable('x', [5]);
const y = g.variable('y', [5]);

async function run(
  engine: Engine,
  updates: Parameters<typeof planFusion>[0],
  initial: Record<string, number[]>,
  feeds: Record<string, number[]> = {},
): Promise<Record<string, number[]>> {
  const program = await engine.compile({ fetches: {}, updates });
  const variables = engine.variables(
    Object.fromEntries(
      Object.entries(initial).map(([name, data]) => [name, { shape: [data.length], data: Float32Array.from(data) }]),
    ),
  );
  await program.run(
    Object.fromEntries(Object.entries(feeds).map(([name, data]) => [name, Float32Array.from(data)])),
    variables,
  );
  return Object.fromEntries(Object.entries(variables.readAll()).map(([name, { data }]) => [name, [...data]]));
}

for (const name of ['ort', 'wasm'] as const) {
  describe(`the fusion of updates on ${name}`, () => {
    let engine: Engine;

    before(async () => {
      engine = await engineForTest(name);
    });

    it('puts updates that read what another writes into one loop, where all are read before any is written', async () => {
      const updates = { x: g.add(y, g.constant(0)), y: g.add(x, g.constant(0)) };
      expect(planFusion(updates).fused.map(({ names }) => names)).to.deep.equal([['x', 'y']]);
      const after = await run(engine, updates, { x: [1, 2, 3, 4, 5], y: [6, 7, 8, 9, 10] });
      expect(after).to.deep.equal({ x: [6, 7, 8, 9, 10], y: [1, 2, 3, 4, 5] });
    });

    it('leaves updates that have nothing in common in loops of their own', () => {
      const updates = { x: g.mul(x, g.constant(2)), y: g.mul(y, g.constant(2)) };
      expect(planFusion(updates).fused.map(({ names }) => names)).to.deep.equal([['x'], ['y']]);
    });

    it('leaves what is no element-wise function of its own shape to the model', async () => {
      const matrix = g.variable('matrix', [2, 2]);
      const updates = { matrix: g.matMul(matrix, matrix), x: g.sub(x, g.sum(y)) };
      const { fused, rest } = planFusion(updates);
      expect(Object.keys(rest)).to.deep.equal(['matrix']);
      expect(fused.map(({ scalars }) => scalars.map(({ op }) => op))).to.deep.equal([['sum']]);
      const after = await run(engine, { x: updates.x }, { x: [1, 2, 3, 4, 5], y: [1, 1, 1, 1, 1] });
      expect(after['x']).to.deep.equal([-4, -3, -2, -1, 0]);
    });

    it('computes every op that a loop knows as the model does', async () => {
      const a = [-2, -0.5, 0, 1.5, 3];
      const b = [4, 0.25, 9, 2.25, 1];
      const f = g.feed('f', []);
      const ops = {
        neg: [g.neg(x), a.map((v) => -v)],
        sqrt: [g.sqrt(y), b.map(Math.sqrt)],
        square: [g.square(x), a.map((v) => v * v)],
        relu: [g.relu(x), a.map((v) => Math.max(v, 0))],
        add: [g.add(x, f), a.map((v) => v + 0.5)],
        sub: [g.sub(f, x), a.map((v) => 0.5 - v)],
        mul: [g.mul(x, y), a.map((v, i) => v * (b[i] ?? NaN))],
        div: [g.div(x, y), a.map((v, i) => Math.fround(v / (b[i] ?? NaN)))],
        abs: [g.abs(x), a.map(Math.abs)],
        clip: [g.clip(x, -1, 2), [-1, -0.5, 0, 1.5, 2]],
        maximum: [g.maximum(x, f), [0.5, 0.5, 0.5, 1.5, 3]],
        minimum: [g.minimum(x, f), [-2, -0.5, 0, 0.5, 0.5]],
        reluGrad: [g.reluGrad(y, x), b.map((v, i) => ((a[i] ?? NaN) > 0 ? v : 0))],
      } as const;
      expect(Object.keys(ops)).to.have.members([...loopOps]);
      for (const [op, [node, expected]] of Object.entries(ops)) {
        expect(planFusion({ out: node }).fused, op).to.have.length(1);
        const after = await run(engine, { out: node }, { x: a, y: b, out: [0, 0, 0, 0, 0] }, { f: [0.5] });
        expect(after['out'], op).to.deep.equal(expected);
      }
    });

    it('keeps values through more scratch space, clones and writes', async () => {
      const w = g.variable('w', [3]);
      const step = (rows: number) =>
        engine.compile({
          fetches: {},
          updates: { w: g.add(w, g.sum(g.feed('rows', [rows, 3]), [0])) },
        });
      const variables = engine.variables({ w: { shape: [3], data: Float32Array.of(1, 2, 3) } });
      await (await step(1)).run({ rows: Float32Array.of(1, 1, 1) }, variables);
      const copy = variables.clone();
      await (await step(2)).run({ rows: new Float32Array(6).fill(1) }, variables);
      variables.write({ w: { shape: [3], data: Float32Array.of(0, 0, 1) } });
      await (await step(2)).run({ rows: new Float32Array(6).fill(1) }, variables);
      expect([...variables.read('w').data]).to.deep.equal([2, 2, 3]);
      expect([...copy.read('w').data]).to.deep.equal([2, 3, 4]);
    });

    it('reads what a reshaped variable was before any update', async () => {
      const [matrix, list] = [g.variable('matrix', [2, 3]), g.variable('list', [6])];
      const program = await engine.compile({
        fetches: { before: g.reshape(matrix, [6]) },
        updates: { matrix: g.mul(matrix, g.constant(10)), list: g.add(list, g.reshape(matrix, [6])) },
      });
      const variables = engine.variables({
        matrix: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        list: { shape: [6], data: new Float32Array(6) },
      });
      const { before: fetched = [] } = await program.run({}, variables);
      expect([...fetched]).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect([...variables.read('matrix').data]).to.deep.equal([10, 20, 30, 40, 50, 60]);
      expect([...variables.read('list').data]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    });

    it('updates arrays of any length and nothing next to them', async () => {
      const lengths = Array.from({ length: 20 }, (_, i) => i + 1);
      const nodes = lengths.map((length) => g.variable(`v${length}`, [length]));
      const program = await engine.compile({
        fetches: {},
        // Every second one: its neighbours in memory must stay as they are.
        updates: Object.fromEntries(
          nodes.filter((_, i) => i % 2 === 0).map((node) => [node.name, g.sub(node, g.feed('half', []))]),
        ),
      });
      const variables = engine.variables(
        Object.fromEntries(
          lengths.map((length) => [`v${length}`, { shape: [length], data: new Float32Array(length).fill(length) }]),
        ),
      );
      await program.run({ half: Float32Array.of(0.5) }, variables);
      for (const length of lengths) {
        const expected = new Array<number>(length).fill(length % 2 === 1 ? length - 0.5 : length);
        expect([...variables.read(`v${length}`).data], `length ${length}`).to.deep.equal(expected);
      }
    });
  });
}
