import { expect } from 'chai';
import { parseScenario } from '../../src/scenarios/load-scenario.js';
import { captureError } from '../support/capture-error.js';
import { fakeCatalogue } from './fake-catalogue.js';

const text = `name: tiny
dataset: synthetic
tasks: 5
training: { iterations: 10 }
learners: [finetune, rehearsal]
`;

const set = (...overrides: readonly string[]) => parseScenario(text, 'x.yaml', fakeCatalogue, overrides);

describe('--set', () => {
  it('changes a value that is there', () => {
    expect(set('training.iterations=20').plan.budget).to.deep.equal({ iterations: 20 });
  });

  it('makes the objects on the way where they lack', () => {
    expect(set('memory.options.latent=16').memory.options).to.deep.equal({ latent: 16 });
    expect(set('evaluation.every=5').evaluateEvery).to.equal(5);
  });

  it('goes into a part that stands there by its bare name', () => {
    expect(set('dataset.options.classes=4').dataset).to.deep.include({ name: 'synthetic' });
    expect(set('dataset.options.classes=4').dataset.options).to.deep.include({ classes: 4 });
    expect(set('learners.1.options.rate=0.5').learners[1]).to.deep.include({ name: 'rehearsal' });
    expect(set('memory.encoder=icrst', 'memory.encoder.options.p=0.1').memory.encoder.options).to.deep.equal({
      p: 0.1,
    });
  });

  it('reads the value as YAML: numbers, words, lists, quoted texts', () => {
    expect(set('tasks=[[0, 1], [2]]').stream.options).to.deep.include({ tasks: [[0, 1], [2]] });
    expect(set('description="a = b"').description).to.equal('a = b');
    expect(set('description=a = b').description).to.equal('a = b');
    expect(set('seed=0x10').seed).to.equal(16);
  });

  it('applies one after the other: the last one counts', () => {
    expect(set('seed=3', 'seed=4').seed).to.equal(4);
  });

  it('appends at the index one past the end', () => {
    expect(set('learners.2=joint').learners.map(({ name }) => name)).to.deep.equal(['finetune', 'rehearsal', 'joint']);
  });

  it('takes a key or an entry out with null', () => {
    expect(set('training.iterations=null', 'training.epochs=2').plan.budget).to.deep.equal({ epochs: 2 });
    expect(set('learners.0=null').learners.map(({ name }) => name)).to.deep.equal(['rehearsal']);
  });

  it('leaves other places alone that share an anchor', () => {
    const shared = `name: tiny
dataset: synthetic
tasks: 5
training: { iterations: 10 }
learners: [{ name: finetune, options: &o {} }, { name: demanding, options: *o }]
`;
    const { learners } = parseScenario(shared, 'x.yaml', fakeCatalogue, ['learners.1.options.size=3']);
    expect(learners.map(({ options }) => options)).to.deep.equal([{}, { size: 3 }]);
  });

  it('works on an empty file', async () => {
    const error = await captureError(() => parseScenario('', 'x.yaml', fakeCatalogue, ['name=tiny']));
    expect(error.message).not.to.include('--set');
    expect(error.message).to.include('dataset: is missing');
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['tasks=0', '--set tasks=0 tasks: expected at least 1, given 0'],
    [
      'memory.options.latnt=16',
      '--set memory.options.latnt=16 unknown key "latnt"; known: latent; did you mean "latent"?',
    ],
    [
      'memory.options={latnt: 16}',
      '--set memory.options={latnt: 16} unknown key "latnt"; known: latent; did you mean "latent"?',
    ],
    [
      'learners.0=fintune',
      '--set learners.0=fintune learners.0.name: learner "fintune" is not known; known: finetune, rehearsal, joint, ' +
        'demanding; did you mean "finetune"?',
    ],
    ['__proto__.x=1', '--set __proto__.x=1 unknown key "__proto__"'],
  ];
  for (const [override, message] of wrong) {
    it(`is the place of the mistake in ${override}`, async () => {
      const error = await captureError(() => set(override));
      expect(error.message).to.satisfy((given: string) => given.startsWith(message), error.message);
      expect({}).not.to.have.property('x');
    });
  }

  it('comes after the mistakes of the file, and has no line there', async () => {
    const error = await captureError(() =>
      parseScenario(text.replace('tasks: 5', 'tasks: 0'), 'x.yaml', fakeCatalogue, ['seed=-1', 'name=a b']),
    );
    const [first, ...others] = error.message.split('\n');
    expect(first).to.match(/^x\.yaml:3:8 tasks/);
    expect(others.map((line) => line.slice(0, 10)).sort()).to.deep.equal(['--set name', '--set seed']);
  });

  const misuses: readonly (readonly [string, string])[] = [
    ['seed', 'expected path=value'],
    ['=1', 'expected path=value'],
    ['a..b=1', 'expected path=value'],
    ['seed=', 'expected a value after ='],
    ['seed=[1', 'the value is not valid YAML'],
    ['name.first=1', 'name holds a single value; there is nothing in it to set'],
    ['learners.7=joint', '"7" is not an index of that list; expected 0 … 2'],
    ['learners.first=joint', '"first" is not an index of that list'],
    ['learners.2=null', '"2" is not an index of that list; expected 0 … 1'],
  ];
  for (const [override, message] of misuses) {
    it(`refuses "${override}" as bad usage`, async () => {
      const error = await captureError(() => set(override));
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.include(`--set ${override}: ${message}`);
    });
  }
});
