import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as losses from '../../../src/engine/losses.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import { expectConformance } from './conforms.js';
import { readFixtures, subjectOf, type FixtureCase } from './fixtures.js';

type LossName = Exclude<keyof typeof losses, 'rowSums' | 'rowMeans' | 'weightedTotal'>;
type Inputs = Readonly<Record<string, GraphNode>>;

const { cases } = readFixtures('losses.json');

/** How the case of a loss is built. One for every loss there is: with one more or less, this does not compile. */
const builders: Readonly<Record<LossName, (inputs: Inputs, attributes: FixtureCase['attributes']) => GraphNode>> = {
  squaredError: (inputs) => losses.squaredError(...pair(inputs, 'output', 'target')),
  huber: (inputs, { delta }) => losses.huber(...pair(inputs, 'output', 'target'), Number(delta)),
  binaryCrossEntropy: (inputs) => losses.binaryCrossEntropy(...pair(inputs, 'output', 'target')),
  binaryCrossEntropyWithLogits: (inputs) => losses.binaryCrossEntropyWithLogits(...pair(inputs, 'output', 'target')),
  softmaxCrossEntropy: (inputs, attributes) =>
    losses.softmaxCrossEntropy(...pair(inputs, 'logits', 'targets'), temperatureOf(inputs, attributes)),
  sigmoidCrossEntropy: (inputs, attributes) =>
    losses.sigmoidCrossEntropy(...pair(inputs, 'logits', 'targets'), temperatureOf(inputs, attributes)),
  kullbackLeibler: (inputs, attributes) =>
    losses.kullbackLeibler(...pair(inputs, 'teacher', 'student'), temperatureOf(inputs, attributes)),
  gaussianKl: (inputs) => losses.gaussianKl(...pair(inputs, 'mean', 'logVariance')),
  bernoulliKl: ({ activity }, { rho }) => losses.bernoulliKl(given(activity, 'activity'), Number(rho)),
  hinge: (inputs, { margin }) => losses.hinge(...pair(inputs, 'logits', 'targets'), Number(margin)),
};

function pair(inputs: Inputs, first: string, second: string): [GraphNode, GraphNode] {
  return [given(inputs[first], first), given(inputs[second], second)];
}

function given(input: GraphNode | undefined, name: string): GraphNode {
  if (input === undefined) throw new Error(`a case needs ${name}`);
  return input;
}

function temperatureOf(
  { inverse }: Inputs,
  { temperature }: FixtureCase['attributes'],
): losses.Temperature | undefined {
  if (inverse !== undefined) return { inverse };
  return temperature === undefined ? undefined : Number(temperature);
}

for (const name of testedEngines) {
  describe(`engine ${name} computes the losses that PyTorch computes in float64`, () => {
    let engine: Engine;
    before(async () => {
      engine = await engineForTest(name);
    });
    for (const fixture of cases) {
      it(fixture.name, () => expectConformance(engine, fixture, builders[subjectOf(fixture) as LossName]));
    }
  });
}

it('there are conformance cases for every loss', () => {
  expect([...new Set(cases.map(subjectOf))]).to.have.members(Object.keys(builders));
});
