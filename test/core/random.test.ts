import { expect } from 'chai';
import { randomStream, RandomStreams } from '../../src/core/random.js';

describe('random streams', () => {
  it('repeat for the same seed and name', () => {
    const draws = (seed: number): number[] => {
      const stream = new RandomStreams(seed).stream('sampler');
      return Array.from({ length: 20 }, () => stream.uniform());
    };
    expect(draws(7)).to.deep.equal(draws(7));
    expect(draws(7)).not.to.deep.equal(draws(8));
  });

  it('are not shifted by draws from another name', () => {
    const alone = new RandomStreams(1).stream('sampler').uniform();
    const streams = new RandomStreams(1);
    for (let i = 0; i < 100; i++) streams.stream('batches').normal();
    expect(streams.stream('sampler').uniform()).to.equal(alone);
  });

  it('continue from a saved state at the very next draw', () => {
    const streams = new RandomStreams(3);
    const stream = streams.stream('a');
    for (let i = 0; i < 17; i++) stream.normal();
    const saved = structuredClone(streams.save());
    const expected = Array.from({ length: 10 }, () => stream.normal());
    const restored = new RandomStreams(3);
    restored.restore(saved);
    expect(Array.from({ length: 10 }, () => restored.stream('a').normal())).to.deep.equal(expected);
  });

  it('draw integers below a bound, each about equally often', () => {
    const stream = randomStream(5);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const drawn = stream.integer(3);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    // Binomial(30000, 1/3): standard deviation 82; five of them.
    for (const count of counts) expect(count).to.be.closeTo(10_000, 410);
  });

  it('shuffle: a permutation holds every number once', () => {
    const order = randomStream(2).permutation(100);
    expect([...order].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.to.deep.equal(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe('normal draws', () => {
  const n = 400_000;
  const draws = new Float32Array(n);
  randomStream(11).fillNormal(draws);

  it('have the moments of N(0, 1)', () => {
    const moment = (power: number): number => draws.reduce((sum, x) => sum + x ** power, 0) / n;
    // Standard errors of the first four moments of N(0, 1) at n = 400,000: √(1, 2, 15, 96) / √n; four of each.
    expect(moment(1)).to.be.closeTo(0, 4 * Math.sqrt(1 / n));
    expect(moment(2)).to.be.closeTo(1, 4 * Math.sqrt(2 / n));
    expect(moment(3)).to.be.closeTo(0, 4 * Math.sqrt(15 / n));
    expect(moment(4)).to.be.closeTo(3, 4 * Math.sqrt(96 / n));
  });

  it('have the tails of N(0, 1)', () => {
    const share = (beyond: number): number => draws.filter((x) => Math.abs(x) > beyond).length / n;
    // P(|x| > 2) = 0.0455, P(|x| > 3) = 0.0027, P(|x| > 3.6) = 0.000318 (beyond the ziggurat's base strip).
    expect(share(2)).to.be.closeTo(0.0455, 0.0015);
    expect(share(3)).to.be.closeTo(0.0027, 0.0004);
    expect(share(3.6)).to.be.closeTo(0.000318, 0.00012);
  });
});
