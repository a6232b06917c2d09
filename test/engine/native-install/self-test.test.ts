import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import { differenceBetween } from '../../../src/engine/native-install/self-test.js';
import { engineForTest } from '../engines-under-test.js';

describe('the self-test of an engine', () => {
  it('finds no difference between engines that work', async () => {
    expect(await differenceBetween(await engineForTest('ort'), await engineForTest('cpu'))).to.equal(undefined);
  });

  it('leaves nothing behind', async () => {
    const cpu = await engineForTest('cpu');
    const before = cpu.liveBuffers();
    await differenceBetween(cpu, cpu);
    expect(cpu.liveBuffers()).to.equal(before);
  });

  const broken: readonly (readonly [string, (values: Float32Array) => Float32Array, RegExp])[] = [
    [
      'is off in the third digit',
      (values) => values.map((v) => v * 1.01),
      /^sigmoid\[0\] is [\d.]+ on ort and [\d.]+ on cpu$/,
    ],
    ['gives NaN', (values) => values.map(() => NaN), /is NaN on ort/],
    ['gives too few values', (values) => values.slice(1), /^sigmoid\[/],
  ];
  for (const [what, spoil, message] of broken) {
    it(`finds that one ${what}`, async () => {
      const engine = await engineForTest('ort');
      const spoilt: Engine = {
        ...engine,
        compile: async (definition) => {
          const program = await engine.compile(definition);
          return {
            dispose: () => {
              program.dispose();
            },
            run: async (feeds, variables) => {
              const results = Object.entries(await program.run(feeds, variables));
              return Object.fromEntries(results.map(([name, values]) => [name, spoil(values)]));
            },
          };
        },
      };
      expect(await differenceBetween(spoilt, await engineForTest('cpu'))).to.match(message);
    });
  }
});
