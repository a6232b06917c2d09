import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { idxBytes, writeFiles } from '../data/idx-bytes.js';
import { called } from './captured.js';

const side = 4;

/** Pictures of 4 × 4 pixels; class c is bright in its row c, on a background of dim noise. */
export function pictures(perClass: number, seed: number) {
  const random = randomStream(seed);
  const labels = Array.from({ length: 4 * perClass }, (_, i) => i % 4);
  const pixels = labels.flatMap((label) =>
    Array.from({ length: side * side }, (_, at) =>
      Math.floor(at / side) === label ? 255 - random.integer(40) : random.integer(40),
    ),
  );
  return { images: idxBytes([labels.length, side, side], pixels), labels: idxBytes([labels.length], labels) };
}

const scenario = `
name: rows
description: Four classes of 4 × 4 pixels in two tasks.
dataset: idx
tasks: 2
samplesPerClass: { train: 30 }
training: { iterations: 200, batchSize: 16 }
learners:
  - { name: rehearsal, options: { hidden: [16], learningRate: 0.01 } }
  - finetune
memory: { name: autoencoder, options: { hidden: [16], latent: 4, refitDreams: 100, learningRate: 0.01 }, sampler: { name: latent, options: { reinjections: 2 } } }
`;

/** Runs a scenario of pictures with both of its learners: the folders of runs and of data, and the run with a memory. */
export async function runOfRows(): Promise<readonly [made: string, data: string, run: string]> {
  const made = await mkdtemp(join(tmpdir(), 'reverie-runs-'));
  const data = await mkdtemp(join(tmpdir(), 'reverie-data-'));
  const [train, test] = [pictures(50, 1), pictures(10, 2)];
  await writeFiles(data, {
    trainImages: train.images,
    trainLabels: train.labels,
    testImages: test.images,
    testLabels: test.labels,
  });
  await writeFile(join(data, 'rows.yaml'), scenario);
  const asked = ['run', join(data, 'rows.yaml'), '--engine', 'ort', '--out', made, '--data-dir', data];
  expect((await called(asked)).code).to.equal(0);
  return [made, data, join(made, 'rows-rehearsal-1')];
}
