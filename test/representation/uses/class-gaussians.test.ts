import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import { ClassGaussians, synthesiseClass } from '../../../src/representation/uses/class-gaussians.js';
import { captureError } from '../../support/capture-error.js';

/** 2,000 codes of class 3, (a, 2·a + b) with a, b ~ N(0, 1), and as many of class 1, around (10, −10) with deviation 0.1. */
function twoClasses() {
  const random = randomStream(1);
  const labels = Int32Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 3 : 1));
  const codes = Float32Array.from(
    [...labels].flatMap((label) => {
      const [a, b] = [random.normal(), random.normal()];
      return label === 3 ? [a, 2 * a + b] : [10 + 0.1 * a, 0.1 * b - 10];
    }),
  );
  return { codes, labels, width: 2 };
}

function meanOf(codes: Float32Array, of: (x: number, y: number) => number): number {
  let total = 0;
  for (let i = 0; i < codes.length; i += 2) total += of(codes[i] ?? 0, codes[i + 1] ?? 0);
  return total / (codes.length / 2);
}

describe('Gaussians of classes', () => {
  const gaussians = new ClassGaussians(twoClasses(), randomStream(2));

  it('draw codes that lie where those of the class do', () => {
    const [own, other] = [3, 1].map((label) => gaussians.draw(label, 2000, randomStream(3)));
    expect(meanOf(other ?? new Float32Array(), (x) => x)).to.be.closeTo(10, 0.02);
    expect(meanOf(other ?? new Float32Array(), (_, y) => y)).to.be.closeTo(-10, 0.02);
    // Var(a) = 1, Cov(a, 2a + b) = 2, Var(2a + b) = 5; standard errors of fit and draw together below 0.07 and 0.25.
    const drawn = own ?? new Float32Array();
    expect(meanOf(drawn, (x) => x * x)).to.be.closeTo(1, 0.2);
    expect(meanOf(drawn, (x, y) => x * y)).to.be.closeTo(2, 0.4);
    expect(meanOf(drawn, (_, y) => y * y)).to.be.closeTo(5, 0.8);
  });

  it('know their classes', async () => {
    expect(gaussians.classes).to.deep.equal([1, 3]);
    const error = await captureError(() => gaussians.draw(2, 1, randomStream(1)));
    expect(error.message).to.equal('no code is known to be of class 2; known: 1, 3');
  });

  it('make up samples of a class, by what the decoder makes of the codes', async () => {
    const decode = (codes: Float32Array): Promise<Float32Array> =>
      Promise.resolve(Float32Array.from([...codes].flatMap((value, i) => (i % 2 === 0 ? [value, 0] : [value]))));
    const made = await synthesiseClass({ width: 3, decode }, gaussians, 1, 50, randomStream(4));
    expect([made.size, made.width, made.label(49)]).to.deep.equal([50, 3, 1]);
    const row = new Float32Array(3);
    made.copyRows([7], row);
    expect(row[0]).to.be.closeTo(10, 0.6);
    expect(row[1]).to.equal(0);
    expect(row[2]).to.be.closeTo(-10, 0.6);
  });
});
