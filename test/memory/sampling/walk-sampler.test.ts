import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import { bytesOf } from '../../../src/core/snapshot.js';
import { acceptAll } from '../../../src/memory/sampling/acceptance.js';
import { normalStart } from '../../../src/memory/sampling/starts.js';
import { WalkSampler, type WalkSamplerParts } from '../../../src/memory/sampling/walk-sampler.js';
import { captureError } from '../../support/capture-error.js';
import { endOfTask, identityAutoencoder, signTeacher } from '../../../src/testing/sampler-contract.js';

const parts: WalkSamplerParts = {
  start: normalStart(),
  rules: { jumps: 4, collectFrom: 2, collect: 'reconstruction', stagnation: 0 },
  lambda: 0.5,
  chains: 0,
  accept: acceptAll,
};

const plusOne: FrozenAutoencoder = {
  ...identityAutoencoder,
  reconstruct: (x) => Promise.resolve(x.map((value) => value + 1)),
};

const draw = async (sampler: WalkSampler, count: number, random = randomStream(1)): Promise<Float32Array> =>
  (await sampler.sample(plusOne, signTeacher, count, random)).features;

describe('a walk sampler', () => {
  it('starts where a start of one’s own says', async () => {
    const start = { start: (count: number, width: number) => new Float32Array(count * width).fill(100) };
    const rows = await draw(new WalkSampler({ ...parts, start, lambda: 0 }), 3);
    // One walk of four jumps gives samples at its second, third and fourth.
    expect([...rows]).to.deep.equal([102, 102, 103, 103, 104, 104]);
  });

  it('takes new walks where stagnation left too few rows', async () => {
    const still = { ...identityAutoencoder };
    const rules = { ...parts.rules, jumps: 8, stagnation: 0.01 };
    const sampler = new WalkSampler({ ...parts, rules, lambda: 0 });
    const { features } = await sampler.sample(still, signTeacher, 50, randomStream(1));
    expect(features).to.have.length(100);
    // Every walk stands still and gives one row before it starts anew, so no row comes twice.
    expect(new Set(features.filter((_, i) => i % 2 === 0)).size).to.equal(50);
  });

  for (const [what, wrong] of Object.entries({
    'λ < 0': { lambda: -0.1 },
    'λ that is no number': { lambda: NaN },
    'an empty range of λ': { lambda: { min: 1, max: 1, dreams: 100 } },
    'a burn-in without end': { rules: { ...parts.rules, collectFrom: 5 } },
    'a sample before the first jump': { rules: { ...parts.rules, collectFrom: 0 } },
    'a negative threshold': { rules: { ...parts.rules, stagnation: -1 } },
    'walks kept alive that never jump': { rules: { ...parts.rules, jumps: 0 }, chains: 2 },
  })) {
    it(`refuses ${what}`, async () => {
      expect((await captureError(() => new WalkSampler({ ...parts, ...wrong }))).code).to.equal('bad-usage');
    });
  }
});

describe('walks that are kept alive', () => {
  const kept = { ...parts, rules: { ...parts.rules, jumps: 100 }, chains: 2, lambda: 0 };
  const still = (rows: Float32Array): number[] => [...rows].map((x) => x - Math.floor(x));

  it('go on where the last draw left them', async () => {
    const sampler = new WalkSampler(kept);
    const random = randomStream(1);
    const first = await draw(sampler, 2, random);
    const second = await draw(sampler, 2, random);
    // x + 1 at each jump: the first draw burns in and gives x₀ + 2, the next one x₀ + 3.
    second.forEach((value, i) => expect(value - (first[i] ?? NaN)).to.be.closeTo(1, 1e-5));
  });

  it('begin anew when the memory has changed', async () => {
    const sampler = new WalkSampler(kept);
    const random = randomStream(1);
    const first = await draw(sampler, 2, random);
    await sampler.consolidate(endOfTask(), random);
    expect(bytesOf(sampler.save())).to.equal(0);
    expect(still(await draw(sampler, 2, random))).not.to.deep.equal(still(first));
  });

  it('are counted: their rows are bytes that the memory keeps', async () => {
    const sampler = new WalkSampler(kept);
    await draw(sampler, 2);
    // two walks of two values, four bytes each
    expect(bytesOf(sampler.save())).to.equal(16);
  });

  for (const stagnation of [0, 0.2]) {
    it(`go on to the byte after their state went through JSON, with ${stagnation === 0 ? 'no ' : ''}stagnation`, async () => {
      const rules = { ...parts.rules, jumps: 5, stagnation };
      const make = (): WalkSampler => new WalkSampler({ ...parts, rules, chains: 3 });
      const [sampler, restored, random] = [make(), make(), randomStream(4)];
      await draw(sampler, 10, random);
      const { json, tensors } = sampler.save();
      restored.restore({ json: JSON.parse(JSON.stringify(json)) as typeof json, tensors });
      const state = random.save();
      const wanted = await draw(sampler, 20, random);
      random.restore(state);
      expect(await draw(restored, 20, random)).to.deep.equal(wanted);
    });
  }

  it('refuse a state that is damaged', async () => {
    const sampler = new WalkSampler(kept);
    for (const walks of [{ ages: [1, 2] }, { ages: [] }, { noiseScale: { lambda: 'x' } }, []]) {
      const json = { start: {}, walks };
      const error = await captureError(() => {
        sampler.restore({ json, tensors: {} });
      });
      expect(error.code).to.equal('bad-checkpoint');
    }
  });
});
