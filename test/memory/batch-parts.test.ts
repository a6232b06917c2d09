import { expect } from 'chai';
import { classTargets } from '../../src/memory/autoencoders/class-targets.js';
import { reconstructionTargets } from '../../src/memory/reconstruction-targets.js';

const batch = {
  count: 3,
  features: Float32Array.of(1, 1, 2, 2, 3, 3),
  labels: Int32Array.of(0, 1, 0),
  weights: Float32Array.of(1, 1, 1),
};

describe('what an autoencoder is to make of a row', () => {
  it('is the sample that the encoder picked', () => {
    expect(reconstructionTargets(batch, Uint32Array.of(0, 1, 2))).to.equal(batch.features);
    expect([...reconstructionTargets(batch, Uint32Array.of(2, 1, 0))]).to.deep.equal([3, 3, 2, 2, 1, 1]);
  });

  it('is for a dream the target that it came with, where it came with one', () => {
    const dreams = { count: 1, logits: new Float32Array(1), classes: [0], targets: Float32Array.of(9, 8) };
    expect([...reconstructionTargets({ ...batch, dreams }, Uint32Array.of(2, 1, 2))]).to.deep.equal([9, 8, 2, 2, 9, 8]);
    expect([...batch.features]).to.deep.equal([1, 1, 2, 2, 3, 3]);
  });
});

describe('what a class head is to say of a row', () => {
  it('is yes to the class of a real row, and of a dream what its labeller said', () => {
    const dreams = { count: 1, logits: Float32Array.of(0, Math.log(3)), classes: [1, 0] };
    // σ(ln 3) = ¾ for class 0, σ(0) = ½ for class 1; the labeller does not know class 5
    const targets = classTargets(Int32Array.of(5, 1, 0), dreams, [0, 1, 5]);
    [0, 0, 1, 0, 1, 0, 0.75, 0.5, 0].forEach((wanted, i) => expect(targets[i]).to.be.closeTo(wanted, 1e-6));
  });
});
