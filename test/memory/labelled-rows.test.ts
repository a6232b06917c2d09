import { expect } from 'chai';
import { RandomStreams, randomStream } from '../../src/core/random.js';
import type { LabelledCodes, Sampler } from '../../src/core/sampler.js';
import { balancedCodes } from '../../src/memory/labelled-rows.js';
import { memories } from '../../src/memory/memories.js';
import { samplers } from '../../src/memory/sampling/samplers.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { memoryContext, teach } from '../../src/testing/taught-memory.js';

describe('codes of what is known', () => {
  // Codes are the row and the class.
  const labels = Int32Array.of(4, 4, 4, 4, 7, 7, 9);
  const codes = Float32Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? i / 2 : (labels[(i - 1) / 2] ?? NaN)));

  it('are picked in balance over classes, none twice, and all there are where a class has too few', () => {
    const picked = balancedCodes({ codes, labels }, 6, randomStream(1));
    expect([...picked.labels]).to.deep.equal([4, 4, 7, 7, 9]);
    const rows = [...picked.codes].filter((_, i) => i % 2 === 0);
    expect(new Set(rows).size).to.equal(5);
    picked.labels.forEach((label, i) => {
      expect([picked.codes[2 * i + 1], labels[rows[i] ?? -1]]).to.deep.equal([label, label]);
    });
  });

  it('are of every class, however few are asked for', () => {
    expect([...balancedCodes({ codes, labels }, 1, randomStream(1)).labels]).to.deep.equal([4, 7, 9]);
  });

  it('are dreamt before a sampler’s statistics change: old ones go with the old network', async () => {
    const calls: string[] = [];
    let seen: LabelledCodes | undefined;
    const made = await samplers.latent.make({ components: 1 }, undefined);
    const watched: Sampler = {
      keepsStatistics: true,
      sample: (...given) => {
        calls.push('sample');
        return made.sample(...given);
      },
      fit: (...given) => {
        calls.push('fit');
        made.fit(...given);
      },
      consolidate: async (moment) => {
        seen = await moment.seenCodes(12);
        calls.push('consolidated');
      },
      save: () => made.save(),
      restore: (snapshot) => {
        made.restore(snapshot);
      },
    };
    const context = await memoryContext(await engineForTest(), new RandomStreams(1), () => watched);
    const memory = await memories.autoencoder.make({ latent: 6, hidden: [32], refitDreams: 600 }, context);
    await teach(memory, 1, 20);
    calls.length = 0;
    await teach(memory, 2, 1);
    const fitted = calls.indexOf('fit');
    expect(calls.slice(0, fitted)).to.include('sample');
    expect(calls.slice(fitted)).to.deep.equal(['fit', 'consolidated']);
    // Three of each of the four classes.
    expect(seen?.labels).to.have.length(12);
    expect(seen?.codes).to.have.length(12 * 6);
    memory.dispose();
  });
});
