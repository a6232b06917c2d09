/**
 * How often the target of a row is another row, for icrst at batches of 128 rows of 100 classes: drawn from the batch
 * alone, and with the samples of the task that a memory draws from as well. Run it by `node --import tsx bench/encoder-targets.ts`.
 */
import { arraySamples } from '../src/core/array-samples.js';
import { randomStream } from '../src/core/random.js';
import { icrstEncoder } from '../src/memory/encoders.js';
import { TargetPool } from '../src/memory/target-pool.js';

const [classes, perClass, rows, batches] = [100, 500, 128, 1000];
const size = classes * perClass;
// Each sample is its own number, so that a target shows which row it is of.
const samples = arraySamples({
  features: Float32Array.from({ length: size }, (_, i) => i),
  labels: Int32Array.from({ length: size }, (_, i) => i % classes),
  shape: [1],
});

function shareOfOthers(p: number, pooled: boolean): number {
  const [random, pool] = [randomStream(1), new TargetPool(icrstEncoder(p))];
  let others = 0;
  for (let step = 0; step < batches; step++) {
    const chosen = Uint32Array.from({ length: rows }, () => random.integer(size));
    const features = new Float32Array(rows);
    samples.copyRows(chosen, features);
    const labels = Int32Array.from(chosen, (row) => samples.label(row));
    const weights = new Float32Array(rows).fill(1 / rows);
    const batch = { count: rows, features, labels, weights, ...(pooled && { samples }) };
    const targets = pool.targets(batch, step, random);
    others += targets.filter((target, row) => target !== features[row]).length;
  }
  return others / (batches * rows);
}

for (const p of [0.5, 1]) {
  const [alone, pooled] = [shareOfOthers(p, false), shareOfOthers(p, true)];
  console.log(`p = ${p}: ${alone.toFixed(3)} of the batch alone, ${pooled.toFixed(3)} with samples of the task`);
}
