import { expect } from 'chai';
import { cosine } from '../../../src/engine/graph/cosine.js';
import { feed } from '../../../src/engine/graph/ops.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';

describe('the cosine', () => {
  for (const name of testedEngines) {
    it(`is that of Math.cos to single precision, on ${name}`, async () => {
      const engine = await engineForTest(name);
      const x = Float32Array.from({ length: 1001 }, (_, i) => (i - 500) / 10);
      const program = await engine.compile({ fetches: { y: cosine(feed('x', [1001])) } });
      const { y = new Float32Array() } = await program.run({ x });
      const worst = Math.max(...x.map((value, i) => Math.abs((y[i] ?? NaN) - Math.cos(value))));
      // x/2π up to 8 turns in float32: half a place is 5e-7 turns, 3e-6 radians.
      expect(worst).to.be.lessThan(5e-6);
      program.dispose();
      await engine.dispose();
    });
  }
});
