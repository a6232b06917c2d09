import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import { newWalks, restartingWalks, type Step, type WalkRules } from '../../../src/memory/sampling/walk.js';

/** An "autoencoder" of one value. */
function autoencoder(r: (x: number) => number): FrozenAutoencoder {
  const map = (x: Float32Array): Promise<Float32Array> => Promise.resolve(x.map(r));
  return { width: 1, codeWidth: 1, encode: map, decode: map, reconstruct: map };
}

/** What the first `steps` steps of walks from 100, 200, … give; restarted walks begin at 1000, 1001, …. */
async function stepsOf(
  r: (x: number) => number,
  rules: Partial<WalkRules>,
  { walks = 2, jumps = Infinity, steps = 6, lambda = 0 } = {},
): Promise<Step[]> {
  let next = 1000;
  const setting = {
    autoencoder: autoencoder(r),
    rules: { jumps: 1000, collectFrom: 1, collect: 'reconstruction', stagnation: 0, ...rules } as const,
    lambda,
    start: (count: number): Float32Array => Float32Array.from({ length: count }, () => next++),
    random: randomStream(1),
  };
  const start = Float32Array.from({ length: walks }, (_, i) => 100 * (i + 1));
  const seen: Step[] = [];
  for await (const step of restartingWalks(setting, newWalks(start, walks), jumps)) {
    seen.push({ rows: step.rows.slice(), state: { ...step.state, x: step.state.x.slice() } });
    if (seen.length === steps) break;
  }
  return seen;
}

const rowsOf = (steps: readonly Step[]): number[][] => steps.map(({ rows }) => [...rows]);
const addOne = (x: number): number => x + 1;

describe('walks that restart', () => {
  it('give no sample before their burn-in is over', async () => {
    expect(rowsOf(await stepsOf(addOne, { collectFrom: 3 }, { steps: 4 }))).to.deep.equal([
      [],
      [],
      [103, 203],
      [104, 204],
    ]);
  });

  it('start anew after R jumps and burn in again', async () => {
    expect(rowsOf(await stepsOf(addOne, { jumps: 3, collectFrom: 2 }))).to.deep.equal([
      [],
      [102, 202],
      [103, 203],
      [],
      [1002, 1003],
      [1003, 1004],
    ]);
  });

  it('start anew where they stagnate, each by itself', async () => {
    // 100 halves towards 0 by half its length each jump; 200 is a fixed point.
    const steps = await stepsOf((x) => (x >= 200 ? x : x / 2), { stagnation: 0.1 }, { steps: 4 });
    // 200 is looked at from its second jump on; 1000 and what comes after it are fixed points too.
    expect(rowsOf(steps)).to.deep.equal([
      [50, 200],
      [25, 200],
      [12.5, 1000],
      [6.25, 1000],
    ]);
    expect([...(steps[1]?.state.x ?? [])]).to.deep.equal([25, 1000]);
    expect([...(steps[3]?.state.x ?? [])]).to.deep.equal([6.25, 1001]);
  });

  it('that stagnate give one sample at least, however long they burn in', async () => {
    const steps = await stepsOf((x) => x, { stagnation: 1, collectFrom: 4 }, { walks: 1, steps: 9 });
    expect(rowsOf(steps)).to.deep.equal([[], [], [], [100], [], [], [], [1000], []]);
  });

  it('do not stagnate for moving by more than the threshold', async () => {
    // Each jump moves a walk by a fifth of its length.
    const restarts = async (stagnation: number): Promise<boolean> =>
      (await stepsOf((x) => 1.2 * x, { stagnation })).some(({ state }) => state.ages.some((age) => age === 0));
    expect([await restarts(0.19), await restarts(0.21)]).to.deep.equal([false, true]);
  });

  it('collect what is asked for: before the noise of a jump, or after it', async () => {
    const [plain] = await stepsOf(addOne, {}, { lambda: 4, steps: 1 });
    expect([...(plain?.rows ?? [])]).to.deep.equal([101, 201]);
    const n = 20_000;
    const [noisy] = await stepsOf(() => 0, { collect: 'noisy' }, { lambda: 4, jumps: 1, walks: n, steps: 1 });
    // N(0, λ): the variance strays by λ·√(2/n) = 0.04; five of them.
    expect((noisy?.rows ?? new Float32Array()).reduce((sum, x) => sum + x * x, 0) / n).to.be.closeTo(4, 0.2);
  });

  it('keep a noisy sample of a walk that starts anew right after it', async () => {
    const steps = await stepsOf(addOne, { jumps: 1, collect: 'noisy' }, { lambda: 1e-6, steps: 2 });
    expect(rowsOf(steps).map((rows) => rows.map(Math.round))).to.deep.equal([
      [101, 201],
      [1001, 1002],
    ]);
  });
});
