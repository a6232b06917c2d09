import { expect } from 'chai';
import { denseNetwork } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { checkSize } from '../../../src/engine/networks/size-limit.js';
import { compose } from '../../../src/di/composition.js';
import { parseScenario } from '../../../src/scenarios/load-scenario.js';
import { captureError } from '../../support/capture-error.js';
import { randomStream } from '../../../src/core/random.js';

const dense = (...widths: readonly number[]) => denseNetwork({ name: 'wide', widths, activation: 'relu' });

describe('a network that is too large', () => {
  it('is refused by what its variables take, before memory is taken', async () => {
    // 4 · 30,000 + 30,000 + 30,000² + 30,000 + 30,000 · 2 + 2 values of four bytes.
    for (const make of [
      () => {
        checkSize(dense(4, 30_000, 30_000, 2));
      },
      () => initial(dense(4, 30_000, 30_000, 2), randomStream(1)),
    ]) {
      const error = await captureError(make);
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.match(
        /^network "wide" would have 900,240,002 parameters, 3\.4 GiB, of which the largest array has the shape \[30000, 30000\];/,
      );
    }
  });

  it('has more than 2^28 values', () => {
    // (n + 1) · m: 2^28 exactly, and one column more.
    expect(() => {
      checkSize(dense(2 ** 14 - 1, 2 ** 14));
    }).not.to.throw();
    expect(() => {
      checkSize(dense(2 ** 14 - 1, 2 ** 14 + 1));
    }).to.throw('expected at most 268,435,456');
  });

  for (const set of [
    'learners.0.options.hidden=[30000, 30000]',
    'memory.options.hidden=[40000, 40000]',
    'dataset.options.width=60000',
  ]) {
    it(`is refused when a run is prepared, before anything is written: ${set}`, async () => {
      const text = `name: a
dataset: { name: synthetic, options: { classes: 2, width: 8, trainPerClass: 2, testPerClass: 2 } }
tasks: 2
training: { iterations: 1 }
learners: [${set.startsWith('dataset') ? 'slda' : 'rehearsal'}]
`;
      const composition = await compose({ engine: 'cpu' });
      const scenario = parseScenario(text, 'a.yaml', composition.catalogue, [set]);
      const [learner = { name: '', options: {} }] = scenario.learners;
      const error = await captureError(() => composition.prepare(scenario, learner, 1));
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.match(/expected at most/);
    });
  }

  it('is refused in its file where a width is no width at all', async () => {
    const { catalogue } = await compose({ engine: 'cpu' });
    const text = `name: a
dataset: synthetic
tasks: 2
training: { iterations: 1 }
learners: [{ name: rehearsal, options: { hidden: [1000000000] } }]
memory: { options: { latent: 1000000000 } }
`;
    const error = await captureError(() => parseScenario(text, 'a.yaml', catalogue));
    expect(error.message.split('\n')).to.deep.equal([
      'a.yaml:5:51 learners.0.options.hidden.0: expected at most 65536, given 1000000000',
      'a.yaml:6:30 memory.options.latent: expected at most 65536, given 1000000000',
    ]);
  });
});
