import { randomStream } from '../../../src/core/random.js';
import type { TensorMap } from '../../../src/core/tensor.js';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import { variable } from '../../../src/engine/graph/ops.js';
import type { AutoencoderDescription } from '../../../src/memory/autoencoders/autoencoder.js';
import { count, labels, samples, weights } from '../../../src/testing/autoencoder-contract.js';

const h = 1 / 256;

/**
 * The largest difference over its variables between what the graph says of the gradient of the whole objective and
 * (L(w + hv) − L(w − hv)) / 2h, in a direction v of signs, in units of Σ |∂L/∂w| of the variable, but at least of a
 * hundredth of that of all of them. Exact up to the third derivative's h²/6; 2⁻²⁰ of L is taken off for rounding in float32.
 */
export async function gradientError(engine: Engine, description: AutoencoderDescription): Promise<number> {
  const random = randomStream(11);
  const start = description.initial(random);
  const names = Object.keys(start.trainable);
  const { loss } = description.objective(count);
  const nodes = names.map((name) => variable(name, start.trainable[name]?.shape ?? []));
  const found = gradients(loss, nodes);
  const program = await engine.compile({
    fetches: { loss, ...Object.fromEntries(names.map((name, i) => [`slope of ${name}`, found[i] ?? loss])) },
  });
  const feeds = description.feeds({ count, x: samples, target: samples, weights, labels, step: 3 }, random);
  // A step away from where biases are 0, so that nothing stands at a bend.
  const point: TensorMap = Object.fromEntries(
    Object.entries(start.trainable).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value + (random.uniform() - 0.5) / 8) },
    ]),
  );
  const state = engine.variables({ ...point, ...start.statistics });
  const valueAt = async (name: string, moved: Float32Array): Promise<number> => {
    state.write({ [name]: { shape: point[name]?.shape ?? [], data: moved } });
    const { loss: value } = await program.run(feeds, state);
    return value?.[0] ?? NaN;
  };
  const slopes = await program.run(feeds, state);
  const slopeOf = (name: string): Float32Array => slopes[`slope of ${name}`] ?? Float32Array.of(NaN);
  const steepness = (name: string): number => slopeOf(name).reduce((sum, slope) => sum + Math.abs(slope), 0);
  const least = names.reduce((total, name) => total + steepness(name), 0) / 100;
  let worst = 0;
  for (const name of names) {
    const here = point[name]?.data ?? new Float32Array();
    const direction = Float32Array.from(here, () => (random.uniform() < 0.5 ? -h : h));
    const up = await valueAt(
      name,
      here.map((value, i) => value + (direction[i] ?? 0)),
    );
    const down = await valueAt(
      name,
      here.map((value, i) => value - (direction[i] ?? 0)),
    );
    await valueAt(name, here);
    const predicted = slopeOf(name).reduce((total, slope, i) => total + 2 * slope * (direction[i] ?? 0), 0);
    const rounding = 2 ** -20 * Math.max(Math.abs(up), Math.abs(down));
    const off = Math.max(0, Math.abs(up - down - predicted) - rounding);
    worst = Math.max(worst, off / (2 * h * Math.max(least, steepness(name))));
  }
  program.dispose();
  state.dispose();
  return worst;
}
