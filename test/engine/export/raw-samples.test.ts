import { expect } from 'chai';
import { rawValues, type SampleScale } from '../../../src/core/sample-scale.js';
import type { TrainedFunction } from '../../../src/core/trained-function.js';
import { portsOf } from '../../../src/engine/export/free-rows.js';
import { withRawSamples } from '../../../src/engine/export/raw-samples.js';
import * as g from '../../../src/engine/graph/ops.js';
import { engineForTest } from '../engines-under-test.js';
import { computed } from './some-functions.js';

/** Hands samples on as they are: what goes in is a sample, and so is y. */
const passed: TrainedFunction = {
  name: 'some',
  summary: 'Some function.',
  inputs: { x: 'Samples.' },
  outputs: { y: 'Samples.' },
  sampleInputs: ['x'],
  parameters: {},
  graph: (rows) => ({ y: g.neg(g.neg(g.feed('x', [rows, 4]))) }),
};

/** Four columns in a shape of their own, the third of them constant. */
const scale: SampleScale = { shape: [2, 2], offset: [10, -4, 7, 0], range: [20, 8, 0, 0.5], clipped: true };

describe('a trained function with raw samples', () => {
  const x = { shape: [2, 2, 2], data: Float32Array.of(10, 0, 7, 0.25, 35, -5, 8, 0.5) };

  it('scales what goes in as the data set did: (x − offset) / range, 0 for a constant column, clipped', async () => {
    const y = await computed(await engineForTest('cpu'), withRawSamples(passed, scale), x);
    expect([...(y ?? [])]).to.deep.equal([0, 0.5, 0, 0.5, 1, 0, 0, 1]);
  });

  it('clips nothing where the scale does not', async () => {
    const pixels: SampleScale = { shape: [2, 2], offset: [0], range: [255], clipped: false };
    const image = { shape: [1, 2, 2], data: Float32Array.of(0, 51, 255, 510) };
    const y = await computed(await engineForTest('cpu'), withRawSamples(passed, pixels), image);
    expect([...(y ?? [])]).to.deep.equal([0, 0.2, 1, 2].map(Math.fround));
  });

  it('gives samples as they would lie in files, a constant column what it was', async () => {
    const decoder = { ...passed, sampleInputs: [], sampleOutputs: ['y'] };
    const seen = { shape: [2, 4], data: Float32Array.of(0, 0.5, 0.3, 0.5, 1, 0, 0, 1) };
    const y = await computed(await engineForTest('cpu'), withRawSamples(decoder, scale), seen);
    // By hand: offset + y · range.
    const expected = [10, 0, 7, 0.25, 30, -4, 7, 0.5];
    expect([...(y ?? [])]).to.deep.equal(expected);
    expect([...rawValues(scale, seen.data)]).to.deep.equal(expected);
  });

  it('takes and gives samples in the shape that they have in files, and says so', () => {
    const { inputs, outputs } = portsOf(withRawSamples({ ...passed, sampleOutputs: ['y'] }, scale));
    expect([inputs[0]?.shape, outputs[0]?.shape]).to.deep.equal([
      ['batch', 2, 2],
      ['batch', 2, 2],
    ]);
    expect(inputs[0]?.meaning).to.match(/as they lie in the files of the data set, each of shape \[2, 2\]/);
  });

  it('leaves alone what is no sample', async () => {
    const plain = { ...passed, sampleInputs: [] };
    const rows = { shape: [1, 4], data: Float32Array.of(10, 0, 7, 3) };
    const y = await computed(await engineForTest('cpu'), withRawSamples(plain, scale), rows);
    expect([...(y ?? [])]).to.deep.equal([10, 0, 7, 3]);
  });
});
