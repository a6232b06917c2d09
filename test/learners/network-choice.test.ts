import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import type { Shape } from '../../src/core/tensor.js';
import type { LearnerContext } from '../../src/learners/context.js';
import { outputShape, variables } from '../../src/engine/networks/network.js';
import { learners } from '../../src/learners/learners.js';
import { chosenNetwork, networkChoice } from '../../src/learners/network-choice.js';
import { learnerContract } from '../../src/testing/learner-contract.js';
import { contextFor, learnAll } from '../../src/testing/learning.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from '../engine/engines-under-test.js';

/** The samples of the contract, 16 values, as pictures of 4 × 4. */
const pictures = (context: LearnerContext): LearnerContext => ({ ...context, shape: [4, 4, 1] });
const cnn = { name: 'cnn', options: { channels: [8], hidden: [32] } };
const resnet = { name: 'resnet-small', options: { channels: [8, 16] } };
const momentum = { name: 'sgd', learningRate: 0.05, momentum: 0.9 };
const rmsprop = { name: 'rmsprop', learningRate: 0.002 };

learnerContract('finetune with a CNN', engineForTest, (context) =>
  learners.finetune.make({ learningRate: 0.005, network: cnn }, pictures(context)),
);
learnerContract('rehearsal with a CNN', engineForTest, (context) =>
  learners.rehearsal.make({ learningRate: 0.005, network: cnn }, pictures(context)),
);
learnerContract('joint with a residual network and RMSprop', engineForTest, (context) =>
  learners.joint.make({ network: resnet, optimiser: rmsprop }, pictures(context)),
);
learnerContract('a-gem with momentum', engineForTest, (context) =>
  learners['a-gem'].make({ hidden: [32], optimiser: momentum }, context),
);
learnerContract('ewc with a CNN, row by row', engineForTest, (context) =>
  learners.ewc.make({ learningRate: 0.005, network: cnn, lambda: 10, fisherSamples: 8 }, pictures(context)),
);
learnerContract('slda of the features of a CNN', engineForTest, (context) =>
  learners.slda.make({ learningRate: 0.005, network: cnn, features: 'hidden' }, pictures(context)),
);

const chosen = (choice: unknown, shape: Shape) => chosenNetwork(networkChoice.parse(choice), shape, 10);
const parametersOf = (choice: unknown, shape: Shape): number =>
  variables(chosen(choice, shape)).trainable.reduce((sum, node) => sum + node.shape.reduce((a, b) => a * b, 1), 0);

describe('the network of a classifier', () => {
  it('ends in an output for each class, on samples that it is for', () => {
    const images: readonly Shape[] = [[28, 28, 1], [32, 32, 3], [5, 9, 3]]; // prettier-ignore
    for (const shape of [[7], ...images]) expect(outputShape(chosen({ name: 'mlp' }, shape))).to.deep.equal([10]);
    for (const shape of images) {
      for (const name of ['cnn', 'resnet-small'])
        expect(outputShape(chosen({ name }, shape)), name).to.deep.equal([10]);
    }
  });

  it('is not chosen twice: widths of hidden layers next to a network are refused', async () => {
    const context = pictures(contextFor(await engineForTest(), new RandomStreams(1)));
    const error = await captureError(() => learners.finetune.make({ hidden: [64], network: cnn }, context));
    expect(error).to.have.property('code', 'bad-usage');
    expect(error.message).to.match(/hidden \[64\] and network "cnn" are both given/);
  });

  it('has as many parameters as by hand', () => {
    // 784·400 + 400, 400·400 + 400, 400·10 + 10.
    expect(parametersOf({ name: 'mlp' }, [28, 28, 1])).to.equal(478_410);
    // 9·32 + 32; 9·32·64 + 64; 7·7·64·128 + 128; 128·10 + 10.
    expect(parametersOf({ name: 'cnn' }, [28, 28, 1])).to.equal(320 + 18_496 + 401_536 + 1_290);
    // A convolution a → b has 9ab + b, its norm 2b, a shortcut ab + b. Stem 3 → 16; 16 → 16 twice; 16 → 32, 32 → 32 and
    // shortcut; 32 → 64, 64 → 64 and shortcut; head 64 → 10.
    const conv = (a: number, b: number): number => 9 * a * b + b + 2 * b;
    const stages = conv(3, 16) + 2 * conv(16, 16) + conv(16, 32) + conv(32, 32) + conv(32, 64) + conv(64, 64);
    const shortcuts = 16 * 32 + 32 + 32 * 64 + 64;
    expect(parametersOf({ name: 'resnet-small' }, [32, 32, 3])).to.equal(stages + shortcuts + 650);
  });

  const refused: readonly [string, unknown, Shape, RegExp][] = [
    ['rows', { name: 'cnn' }, [784], /network "cnn" halves images 2 times, samples have the shape \[784\]/],
    ['pictures that are too small', { name: 'resnet-small' }, [3, 8, 1], /at least 4 × 4; give fewer channels/],
  ];
  for (const [what, choice, shape, message] of refused) {
    it(`is refused for ${what}`, async () => {
      const error = await captureError(() => chosen(choice, shape));
      expect(error.code).to.equal('bad-scenario');
      expect(error.message).to.match(message);
    });
  }

  it('is refused before anything runs: for what it is not for, and an optimiser that makes no sense', async () => {
    const context = contextFor(await engineForTest(), new RandomStreams(1));
    const makes = [
      () => learners.finetune.make({ network: { name: 'cnn' } }, context),
      () => learners.finetune.make({ optimiser: { name: 'sgd', nesterov: true } }, context),
    ];
    const messages = [];
    for (const make of makes) messages.push((await captureError(async () => make())).message);
    expect(messages[0]).to.match(/^network "cnn" halves images/);
    expect(messages[1]).to.match(/^sgd: nesterov looks ahead along a velocity; give a momentum/);
  });

  it('and the optimiser are, where neither is given, the perceptron and Adam: the same bytes', async () => {
    const learnt = [];
    for (const more of [
      { hidden: [32] },
      { network: { name: 'mlp', options: { hidden: [32] } }, optimiser: { name: 'adam' } },
      { hidden: [32], optimiser: { name: 'adam', beta2: 0.9 } },
    ]) {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      const learner = await learners.finetune.make({ learningRate: 0.005, ...more }, context);
      await learnAll(learner);
      learnt.push((await learner.trainedFunctions?.())?.[0]?.parameters);
      learner.dispose();
    }
    expect(learnt[1]).to.deep.equal(learnt[0]);
    expect(learnt[2]).not.to.deep.equal(learnt[0]);
  });
});
