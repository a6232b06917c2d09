import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { captureError } from '../support/capture-error.js';
import { RandomFeatures } from '../../src/learners/random-features.js';
import { engineForTest } from '../engine/engines-under-test.js';

type Options = ConstructorParameters<typeof RandomFeatures>[3];

async function drawn(options: Options, { shape = [6], count = 200, seed = 1 } = {}): Promise<RandomFeatures> {
  return new RandomFeatures(await engineForTest(), shape, count, options, randomStream(seed));
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);

describe('random features', () => {
  it('are relu(x·W) with W ~ N(0, s²/n)', async () => {
    const features = await drawn({ features: 'relu', scale: 2 }, { count: 5000 });
    const projection = features.parameters()['features/projection']?.data ?? new Float32Array();
    // 30,000 draws: 3 standard errors of a variance of 4/6 are 3·√(2/30000)·4/6 = 0.016.
    expect(dot(projection, projection) / projection.length).to.be.closeTo(4 / 6, 0.016);
    const x = Float32Array.of(1, -1, 0.5, 0, 2, 0.25);
    const phi = await features.apply(x, 1);
    for (const j of [0, 7, 4999]) {
      const sum = x.reduce((total, value, i) => total + value * (projection[i * 5000 + j] ?? NaN), 0);
      expect(phi[j]).to.be.closeTo(Math.max(0, sum), 1e-5);
    }
    features.dispose();
  });

  it('of Fourier come to the Gaussian kernel: φ(x)·φ(y)/D → exp(−s²·‖x − y‖²/2n) (Rahimi & Recht 2007)', async () => {
    const count = 20_000;
    const features = await drawn({ features: 'fourier', scale: 3 }, { count });
    const rows = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.3, 0, 0.3, 0.9, 0.5, 0.2);
    const phi = await features.apply(rows, 2);
    const squared = 0.2 ** 2 + 0.2 ** 2 + 0.5 ** 2 + 0.4 ** 2;
    const product = dot(phi.subarray(0, count), phi.subarray(count)) / count;
    // A product has a standard deviation of 1 at most: 3/√20,000 = 0.021.
    expect(product).to.be.closeTo(Math.exp((-9 * squared) / 12), 0.021);
    features.dispose();
  });

  it('of patches look at a square of all channels each, inside the image, all over it', async () => {
    const [height, width, channels, size, count] = [5, 7, 2, 3, 400];
    const features = await drawn({ features: 'relu', patches: { size } }, { shape: [height, width, channels], count });
    const projection = features.parameters()['features/projection']?.data ?? new Float32Array();
    const corners = new Set<string>();
    for (let j = 0; j < count; j++) {
      const seen = Array.from({ length: height * width * channels }, (_, i) => i).filter(
        (i) => projection[i * count + j] !== 0,
      );
      const rows = seen.map((i) => Math.floor(i / (width * channels)));
      const columns = seen.map((i) => Math.floor(i / channels) % width);
      expect(seen).to.have.length(size * size * channels);
      expect(Math.max(...rows) - Math.min(...rows)).to.equal(size - 1);
      expect(Math.max(...columns) - Math.min(...columns)).to.equal(size - 1);
      corners.add(`${Math.min(...rows)}, ${Math.min(...columns)}`);
    }
    // 3 × 5 places for the upper left corner.
    expect(corners.size).to.equal(15);
    features.dispose();
  });

  it('are drawn again from what is saved, whatever the stream of the one who restores them', async () => {
    const x = Float32Array.of(1, 2, 3, 4, 5, 6);
    for (const options of [{ features: 'fourier' }, { features: 'relu' }] as const) {
      const [saved, other] = [await drawn(options, { seed: 1 }), await drawn(options, { seed: 2 })];
      const expected = await saved.apply(x, 1);
      expect(await other.apply(x, 1)).not.to.deep.equal(expected);
      other.restore(saved.save());
      expect(await other.apply(x, 1)).to.deep.equal(expected);
      expect(other.save()).to.deep.equal(saved.save());
      for (const one of [saved, other]) one.dispose();
    }
  });

  it('of patches are refused for what is no image, and for smaller ones', async () => {
    for (const shape of [[16], [2, 8, 1]]) {
      const error = await captureError(() => drawn({ features: 'relu', patches: { size: 3 } }, { shape }));
      expect(error.code).to.equal('bad-scenario');
      expect(error.message).to.match(/3 × 3 cannot be taken/);
    }
  });
});
