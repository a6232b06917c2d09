import { expect } from 'chai';
import { loadTfjs } from '../../../src/engine/executors/tfjs-backends.js';
import { preprocessed, type ImageShape } from '../../../src/engine/models/preprocessing.js';

describe('preprocessed', () => {
  async function resized(values: readonly number[], from: [number, number, number], to: ImageShape) {
    const { tf } = await loadTfjs('cpu');
    await tf.setBackend('cpu');
    return tf.tidy(() => Array.from(preprocessed(tf, tf.tensor4d([...values], [1, ...from]), to, 'unit').dataSync()));
  }

  it('resizes bilinearly with half-pixel centres, as tf.image.resize of TensorFlow 2', async () => {
    // Four pixels lie at −¼, ¼, ¾ and 1¼ of two: 0, ¼, ¾ and 1. With aligned corners they would be 0, ⅓, ⅔ and 1.
    expect(await resized([0, 1], [1, 2, 1], { height: 1, width: 4, channels: 1 })).to.deep.equal([0, 0.25, 0.75, 1]);
  });

  it('repeats a grey value for each of three channels', async () => {
    expect(await resized([0.25, 1], [2, 1, 1], { height: 2, width: 1, channels: 3 })).to.deep.equal([
      0.25, 0.25, 0.25, 1, 1, 1,
    ]);
  });
});
