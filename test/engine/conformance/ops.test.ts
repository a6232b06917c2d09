import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import { expectConformance } from './conforms.js';
import { readFixtures, subjectOf } from './fixtures.js';
import { opBuilders, type Op } from './op-builders.js';

const { cases } = readFixtures('ops.json');

for (const name of testedEngines) {
  describe(`engine ${name} computes what PyTorch computes in float64`, () => {
    let engine: Engine;
    before(async () => {
      engine = await engineForTest(name);
    });
    for (const fixture of cases) {
      it(fixture.name, () => expectConformance(engine, fixture, opBuilders[subjectOf(fixture) as Op]));
    }
  });
}

describe('conformance cases', () => {
  const subjects = new Set(cases.map(subjectOf));

  it('are there for every op', () => {
    expect(Object.keys(opBuilders).filter((op) => !subjects.has(op))).to.deep.equal([]);
  });

  it('are of ops that exist', () => {
    expect([...subjects].filter((subject) => !(subject in opBuilders))).to.deep.equal([]);
  });
});
