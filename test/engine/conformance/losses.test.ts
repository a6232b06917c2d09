import type { Engine } from '../../../src/engine/engine.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as losses from '../../../src/engine/losses/losses.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import { expectConformance, readCases } from './fixture.js';

interface Attributes {
  readonly loss: string;
  readonly delta?: number;
  readonly temperature?: number;
  readonly margin?: number;
}

function lossOf(attributes: Attributes, input: (name: string) => GraphNode, has: (name: string) => boolean): GraphNode {
  const { loss, delta, temperature, margin } = attributes;
  const [a, b] = has('logits') ? [input('logits'), input('targets')] : [input('output'), input('target')];
  switch (loss) {
    case 'squaredError':
      return losses.squaredError(a, b);
    case 'huber':
      return losses.huber(a, b, delta);
    case 'binaryCrossEntropy':
      return losses.binaryCrossEntropy(a, b);
    case 'binaryCrossEntropyWithLogits':
      return losses.binaryCrossEntropyWithLogits(a, b);
    case 'softmaxCrossEntropy':
      return losses.softmaxCrossEntropy(
        a,
        b,
        has('inverseTemperatures') ? { inverse: input('inverseTemperatures') } : temperature,
      );
    case 'sigmoidCrossEntropy':
      return losses.sigmoidCrossEntropy(a, b, temperature);
    case 'kullbackLeibler':
      return losses.kullbackLeibler(b, a, temperature);
    case 'hinge':
      return losses.hinge(a, b, margin);
    default:
      throw new Error(`the fixture has a loss "${loss}" that is not known here`);
  }
}

for (const name of testedEngines) {
  describe(`losses on ${name} agree with PyTorch`, () => {
    let engine: Engine;
    before(async () => {
      engine = await engineForTest(name);
    });

    for (const fixture of readCases<Attributes>('losses')) {
      it(fixture.name, () =>
        expectConformance(engine, fixture, (inputs) => {
          const input = (key: string): GraphNode => {
            const node = inputs.get(key);
            if (node === undefined) throw new Error(`the fixture has no input "${key}"`);
            return node;
          };
          return lossOf(fixture.attributes, input, (key) => inputs.has(key));
        }),
      );
    }
  });
}
