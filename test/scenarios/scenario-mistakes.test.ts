import { expect } from 'chai';
import { parseScenario } from '../../src/scenarios/load-scenario.js';
import { captureError } from '../support/capture-error.js';
import { fakeCatalogue } from './fake-catalogue.js';

const minimal = `name: tiny
dataset: synthetic
tasks: 5
training:
  iterations: 10
learners: [finetune]
`;

const parse = (text: string, overrides: readonly string[] = []) =>
  parseScenario(text, 'x.yaml', fakeCatalogue, overrides);

/** What is said of the text, line by line. */
async function complaints(text: string): Promise<readonly string[]> {
  const error = await captureError(() => parse(text));
  expect(error.code).to.be.oneOf(['bad-scenario', 'unknown-name']);
  return error.message.split('\n');
}

/** Title, text, and the one line that is said of it. Lines and columns are counted by hand, from 1. */
const single: readonly (readonly [string, string, string])[] = [
  [
    'an unknown learner',
    minimal.replace('[finetune]', '[rehersal]'),
    'x.yaml:6:12 learners.0.name: learner "rehersal" is not known; known: finetune, rehearsal, joint, demanding; ' +
      'did you mean "rehearsal"?',
  ],
  [
    'an unknown learner in the long form',
    minimal.replace('[finetune]', '[{ name: qqqqqq }]'),
    'x.yaml:6:20 learners.0.name: learner "qqqqqq" is not known; known: finetune, rehearsal, joint, demanding',
  ],
  [
    'an unknown data set',
    minimal.replace('synthetic', 'mnits'),
    'x.yaml:2:10 dataset.name: data set "mnits" is not known; known: mnist, fashion-mnist, cifar10, cifar100, features, idx, synthetic; did you mean "mnist"?',
  ],
  [
    'an unknown memory',
    `${minimal}memory: autoencodr`,
    'x.yaml:7:9 memory.name: memory "autoencodr" is not known; known: autoencoder; did you mean "autoencoder"?',
  ],
  [
    'an unknown sampler',
    `${minimal}memory: { sampler: wlak }`,
    'x.yaml:7:20 memory.sampler.name: sampler "wlak" is not known; known: walk, latent; did you mean "walk"?',
  ],
  [
    'an unknown encoder',
    `${minimal}memory: { encoder: { name: trstt } }`,
    'x.yaml:7:28 memory.encoder.name: encoder "trstt" is not known; known: identity, icrst, trst, cross-class; did you mean "trst"?',
  ],
  [
    'a misspelt key',
    minimal.replace('  iterations', '  iterations: 10\n  iteratons'),
    'x.yaml:6:3 unknown key "iteratons"; known: iterations, epochs, batchSize; did you mean "iterations"?',
  ],
  [
    'a misspelt option of a learner',
    minimal.replace('[finetune]', '[{ name: rehearsal, options: { hiden: 3 } }]'),
    'x.yaml:6:42 unknown key "hiden"; known: hidden, rate, loss; did you mean "hidden"?',
  ],
  [
    'an option of a part that has none',
    minimal.replace('[finetune]', '[{ name: finetune, options: { size: 3 } }]'),
    'x.yaml:6:41 unknown key "size"; none is taken here',
  ],
  [
    'a wrong type',
    minimal.replace('tasks: 5', 'tasks: five'),
    'x.yaml:3:8 tasks: expected a number or a list or an object with keys, given the text "five"',
  ],
  [
    'half an iteration',
    minimal.replace('10', '0.5'),
    'x.yaml:5:15 training.iterations: expected a whole number, given 0.5',
  ],
  ['zero iterations', minimal.replace('10', '0'), 'x.yaml:5:15 training.iterations: expected at least 1, given 0'],
  [
    'an empty batch',
    minimal.replace('  iterations: 10', '  iterations: 10\n  batchSize: 0'),
    'x.yaml:6:14 training.batchSize: expected at least 1, given 0',
  ],
  ['no task', minimal.replace('tasks: 5', 'tasks: 0'), 'x.yaml:3:8 tasks: expected at least 1, given 0'],
  [
    'iterations and epochs',
    minimal.replace('  iterations: 10', '  iterations: 10\n  epochs: 1'),
    'x.yaml:6:11 training.epochs: iterations are given as well; expected one of the two, take the other out ' +
      '(--set …=null does)',
  ],
  [
    'neither iterations nor epochs',
    minimal.replace('  iterations: 10', '  batchSize: 3'),
    'x.yaml:5:3 training: needs iterations or epochs; give one of the two',
  ],
  [
    'a stream and tasks',
    `${minimal}stream: domain-incremental`,
    'x.yaml:3:8 tasks: the stream is described under stream; put this into stream.options, or take one of the two out',
  ],
  [
    'an unknown stream',
    minimal.replace('tasks: 5', 'stream: domain-incremetal'),
    'x.yaml:3:9 stream.name: stream "domain-incremetal" is not known; known: class-incremental, task-incremental, ' +
      'domain-incremental, domain-split, data-incremental, blurry; did you mean "domain-incremental"?',
  ],
  [
    'a stream without its tasks',
    minimal.replace('tasks: 5', 'stream: class-incremental'),
    'x.yaml:3:9 stream.options.tasks: is missing; expected a number or a list or an object with keys',
  ],
  [
    'a class twice in a task of a stream',
    minimal.replace('tasks: 5', 'stream: { name: class-incremental, options: { tasks: [[0, 0]] } }'),
    'x.yaml:3:59 stream.options.tasks.0.1: expected a class that the group does not list yet, given 0',
  ],
  [
    'a misspelt option of the samples',
    `${minimal}samplesPerClass: { trian: 5 }`,
    'x.yaml:7:20 unknown key "trian"; known: train, test; did you mean "train"?',
  ],
  [
    'a misspelt key at the top',
    `${minimal}clasOrder: random`,
    'x.yaml:7:1 unknown key "clasOrder"; known: name, description, dataset, stream, tasks, classOrder, samplesPerClass, ' +
      'training, checkpoint, evaluation, seed, recipe, learners, observers, memory; did you mean "classOrder"?',
  ],
  [
    'a class twice in a task',
    minimal.replace('tasks: 5', 'tasks: [[0, 0]]'),
    'x.yaml:3:13 tasks.0.1: expected a class that the group does not list yet, given 0',
  ],
  [
    'an empty group',
    minimal.replace('tasks: 5', 'tasks: [[0], []]'),
    'x.yaml:3:14 tasks.1: expected at least 1 entry, given an empty list',
  ],
  [
    'a group that is none',
    minimal.replace('tasks: 5', 'tasks: [[0], 1]'),
    'x.yaml:3:14 tasks.1: expected a list, given 1',
  ],
  [
    'a class below 0',
    minimal.replace('tasks: 5', 'tasks: [[-1]]'),
    'x.yaml:3:10 tasks.0.0: expected at least 0, given -1',
  ],
  [
    'an order of classes that are grouped',
    minimal.replace('tasks: 5', 'tasks: [[0]]\nclassOrder: random'),
    'x.yaml:4:13 classOrder: goes with a number of tasks only, and here the groups are listed; take it out',
  ],
  [
    'an unknown order',
    `${minimal}classOrder: randm`,
    'x.yaml:7:13 classOrder: expected one of "ascending", "random", given the text "randm"; did you mean "random"?',
  ],
  [
    'no learner',
    minimal.replace('[finetune]', '[]'),
    'x.yaml:6:11 learners: expected at least 1 entry, given an empty list',
  ],
  [
    'a learner twice',
    minimal.replace('[finetune]', '[joint, joint]'),
    'x.yaml:6:19 learners.1.name: learner "joint" is listed twice with the same options; change its options, or ' +
      'take it out',
  ],
  [
    'learners that are no list',
    minimal.replace('[finetune]', 'finetune'),
    'x.yaml:6:11 learners: expected a list, given the text "finetune"',
  ],
  ['observers that are no list', `${minimal}observers: true\n`, 'x.yaml:7:12 observers: expected a list, given true'],
  [
    'an observer twice',
    `${minimal}observers: [curves, { name: curves, options: { every: 3 } }]\n`,
    'x.yaml:7:29 observers.1.name: observer "curves" is listed twice, and both would write the same files; take one of the two out',
  ],
  [
    'a key that lacks',
    minimal.replace('tasks: 5\n', ''),
    'x.yaml:1:1 tasks: is missing; expected a number or a list or an object with keys',
  ],
  [
    'a key without a value',
    minimal.replace('tasks: 5', 'tasks:'),
    'x.yaml:3:7 tasks: expected a number or a list or an object with keys, given nothing',
  ],
  [
    'an option that a learner demands',
    minimal.replace('[finetune]', '[demanding]'),
    'x.yaml:6:12 learners.0.options.size: is missing; expected a number',
  ],
  [
    'an option out of its range',
    minimal.replace('[finetune]', '[{ name: rehearsal, options: { rate: 0 } }]'),
    'x.yaml:6:48 learners.0.options.rate: expected more than 0, given 0',
  ],
  [
    'p for an encoder that takes none',
    `${minimal}memory: { p: 0.5 }`,
    'x.yaml:7:14 memory.p: encoder "identity" takes no p; take it out, or choose icrst, trst or cross-class',
  ],
  ['p above 1', `${minimal}memory: { encoder: icrst, p: 2 }`, 'x.yaml:7:30 memory.p: expected at most 1, given 2'],
  [
    'p that is neither number nor schedule',
    `${minimal}memory: { encoder: icrst, p: half }`,
    'x.yaml:7:30 memory.p: expected a number or an object with keys, given the text "half"',
  ],
  [
    'a schedule that goes above 1',
    `${minimal}memory: { encoder: icrst, p: { from: 0, to: 2, over: 100 } }`,
    'x.yaml:7:45 memory.p.to: expected at most 1, given 2',
  ],
  [
    'a schedule over no step',
    `${minimal}memory: { encoder: icrst, p: { from: 0, to: 1, over: 0 } }`,
    'x.yaml:7:54 memory.p.over: expected at least 1, given 0',
  ],
  [
    'a schedule that says not how long',
    `${minimal}memory: { encoder: icrst, p: { from: 0, to: 1 } }`,
    'x.yaml:7:30 memory.p.over: is missing; expected a number',
  ],
  [
    'a schedule with a key too many',
    `${minimal}memory: { encoder: icrst, p: { from: 0, to: 1, over: 5, knd: cosine } }`,
    'x.yaml:7:57 unknown key "knd"; known: from, to, over, kind; did you mean "kind"?',
  ],
  [
    'a schedule of an unknown kind',
    `${minimal}memory: { encoder: { name: trst, options: { p: { from: 0, to: 1, over: 5, kind: cosin } } } }`,
    'x.yaml:7:81 memory.encoder.options.p.kind: expected one of "linear", "cosine", given the text "cosin"; did you mean "cosine"?',
  ],
  [
    'steps that do not ascend',
    `${minimal}memory: { encoder: trst, p: { steps: [[0, 0], [500, 0.5], [400, 1]] } }`,
    'x.yaml:7:60 memory.p.steps.2.0: expected a step after 500, given 400',
  ],
  [
    'steps that do not begin at 0',
    `${minimal}memory: { encoder: trst, p: { steps: [[10, 0.5]] } }`,
    'x.yaml:7:40 memory.p.steps.0.0: expected 0 for the first step, given 10',
  ],
  [
    'steps with a probability above 1',
    `${minimal}memory: { encoder: trst, p: { steps: [[0, 50]] } }`,
    'x.yaml:7:43 memory.p.steps.0.1: expected at most 1, given 50',
  ],
  [
    'a step without its probability',
    `${minimal}memory: { encoder: trst, p: { steps: [[0]] } }`,
    'x.yaml:7:39 memory.p.steps.0: expected at least 2 entries, given a list of 1',
  ],
  [
    'p given twice',
    `${minimal}memory: { p: 0.5, encoder: { name: trst, options: { p: 0.1 } } }`,
    'x.yaml:7:14 memory.p: p is given in the options as well; expected one of the two',
  ],
  [
    'a name that would lead out of the results folder',
    minimal.replace('tiny', '../tiny'),
    'x.yaml:1:7 name: expected letters, digits, ".", "_" and "-" only: results are kept under it, given the text "../tiny"',
  ],
  ['an empty file', '', 'x.yaml:1:1 expected an object with keys, given nothing'],
  ['a file with a word', 'hello', 'x.yaml:1:1 expected an object with keys, given the text "hello"'],
  ['a key given twice', `${minimal}seed: 1\nseed: 2`, 'x.yaml:8:1 is not valid YAML: Map keys must be unique'],
  [
    'a tag that would make an object',
    `${minimal}seed: !!js/function 1`,
    'x.yaml:7:7 is not valid YAML: Unresolved tag: tag:yaml.org,2002:js/function',
  ],
];

describe('a scenario file with a mistake', () => {
  for (const [what, text, line] of single) {
    it(`is refused for ${what}`, async () => {
      expect(await complaints(text)).to.deep.equal([line]);
    });
  }

  it('has the code unknown-name where a name is all that is wrong, else bad-scenario', async () => {
    expect((await captureError(() => parse(minimal.replace('finetune', 'fintune')))).code).to.equal('unknown-name');
    expect((await captureError(() => parse(minimal.replace('finetune', 'a, b')))).code).to.equal('bad-scenario');
  });

  it('is given all of them at once, in the order of the file', async () => {
    const lines = await complaints(`name: tiny
dataset: mnits
tasks: [[0, 1], [-1]]
training: { iteratons: 5, epochs: 0, batchSize: big }
learners: [rehersal, { name: rehearsal, options: { hidden: [a, 0], loss: sofd } }]
bogus: 1
`);
    expect(lines.map((line) => line.split(':').slice(1, 3).join(':').split(' ').slice(0, 2).join(' '))).to.deep.equal([
      '2:10 dataset.name',
      '3:18 tasks.1.0',
      '4:13 unknown',
      '4:35 training.epochs',
      '4:49 training.batchSize',
      '5:12 learners.0.name',
      '5:61 learners.1.options.hidden.0',
      '5:64 learners.1.options.hidden.1',
      '5:74 learners.1.options.loss',
      '6:1 unknown',
    ]);
  });

  it('that has no end of syntax errors is given the first ten', async () => {
    expect(await complaints('a: 1\n'.repeat(50))).to.have.length(10);
  });

  it('and aliases that unfold to millions of values is refused', async () => {
    const levels = Array.from({ length: 9 }, (_, i) => `k${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    const lines = await complaints(`k0: &l0 [lol,lol,lol]\n${levels.join('\n')}`);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(
      /^x\.yaml:5:\d+ is not valid YAML: the file has more than 20000 values when its aliases are written out/,
    );
  });

  it('and an alias without its anchor is refused', async () => {
    expect(await complaints(`${minimal}seed: *n`)).to.deep.equal([
      'x.yaml:7:7 is not valid YAML: the alias *n has no anchor &n before it; write the value itself, or an anchor further up',
    ]);
  });

  for (const opening of ['[', '{a: ', '- ', '? ', ']['.repeat(9) + '[']) {
    it(`that nests a hundred thousand times by "${opening.slice(0, 4)}" is refused before it is parsed`, async () => {
      const [line, ...others] = await complaints(opening.repeat(100_000));
      expect(line).to.match(
        /^x\.yaml (nests lists and objects a hundred deep|begins a value beyond column 400 of a line); /,
      );
      expect(others).to.deep.equal([]);
    });
  }

  it('that lists hundreds of groups is not taken for a deep one', () => {
    const groups = Array.from({ length: 500 }, (_, i) => [i]);
    const { stream } = parse(minimal.replace('tasks: 5', `tasks: ${JSON.stringify(groups)}`));
    expect(stream.options).to.deep.include({ tasks: groups });
  });
});
