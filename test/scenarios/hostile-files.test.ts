import { expect } from 'chai';
import { PartRegistry } from '../../src/di/part-registry.js';
import { parseRepresent } from '../../src/scenarios/load-represent.js';
import { parseScenario } from '../../src/scenarios/load-scenario.js';
import { captureError } from '../support/capture-error.js';

const catalogue = new PartRegistry().catalogue();
const list = (count: number, entry: (i: number) => string, between = ', '): string =>
  Array.from({ length: count }, (_, i) => entry(i)).join(between);

const scenario = 'name: a\ndataset: synthetic\ntasks: 5\ntraining: { iterations: 1 }\n';
const study = 'name: a\ndataset: synthetic\ntraining: { epochs: 1 }\nautoencoders: [vanilla]\nprobes: [linear]\n';

/** Small files that cost seconds, gigabytes or the process; each was made to hurt one step of reading. */
const files: Readonly<Record<string, string>> = {
  'keys within keys': `${'? '.repeat(28)}a`,
  'keys within keys, to the deepest that is parsed': `${'? '.repeat(99)}a`,
  'keys within keys in flow style': `${'{'.repeat(60)}a${'}: 1'.repeat(60)}`,
  'a list as a key': '[[a]: b]: c',
  'an object of 30,000 keys': `{${list(30_000, (i) => `aaaa${i}: 1`)}}`,
  'unknown keys, as many as are parsed': list(6000, (i) => `unknown${i}: 1`, '\n'),
  'unknown keys of an option': `${scenario}learners: [finetune]\nmemory: { options: { ${list(4000, (i) => `u${i}: 1`)} } }`,
  'unknown names': `${scenario}learners: [${list(9000, (i) => `a${i}`)}]`,
  'texts where lists are expected': scenario.replace('5', `[${list(9900, () => '"xxxxxxxxxxxxxxxxxxxx"')}]`),
  'keys of a hundred characters': list(900, (i) => `${'k'.repeat(100)}${i}: 1`, '\n'),
  'a text of half a mebibyte': `name: ${'x'.repeat(500_000)}`,
  'escapes that are none': `"${'\\x0'.repeat(150_000)}"`,
  'commas alone': `[${','.repeat(500_000)}`,
  'quotes alone': '"'.repeat(500_000),
  'empty lists': '[]'.repeat(250_000),
  'empty lines': '\n'.repeat(500_000),
  'tags that are not known': `[${'!a b,'.repeat(9000)}]`,
  'aliases of aliases': `k0: &l0 [1, 1, 1]\n${list(9, (i) => `k${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`, '\n')}`,
  'merge keys of merge keys': `k0: &l0 {a: 1}\n${list(90, (i) => `k${i + 1}: &l${i + 1} {b${i}: 1, c: *l${i}, <<: *l${i}}`, '\n')}`,
  'the same probability again and again': `${study}encoders: [{ name: trst, p: [${list(9000, (i) => `0.${i}0`)}] }]`,
  'the same encoder again and again': `${study}encoders: [${list(9000, () => 'trst')}]`,
  'the same seed again and again': `${study}encoders: [identity]\nseeds: [${list(9000, () => '1')}]`,
};

/** What JSON cannot say, or what has no end. */
const odd: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  'a list within itself': ['&a [*a]', /1:5 .*the alias \*a is within what its anchor &a names, which has no end/],
  'a probability within itself': [`${study}encoders: [{ name: trst, p: &p { from: *p } }]`, /the alias \*p is within/],
  'a merge key within itself': ['a: &a { <<: *a }', /the alias \*a is within/],
  'a merge key without an object': ['a: { <<: 1 }', /1:6 .*the key << takes an alias of an object with keys/],
  'an alias without an anchor': [
    `${scenario}learners: [finetune]\nmemory: *nope`,
    /6:9 .*the alias \*nope has no anchor/,
  ],
  'an alias before its anchor': ['a: *x\nb: &x 1', /1:4 .*the alias \*x has no anchor &x before it/],
  ...Object.fromEntries(
    ['set {a, b}', 'timestamp 2001-01-01', 'binary aGVsbG8=', 'omap [a: 1]', 'pairs [a: 1]', 'merge <<'].map((tag) => [
      `the tag !!${tag.split(' ', 1).join('')}`,
      [`name: !!${tag}`, /1:7 is not valid YAML: Unresolved tag: tag:yaml\.org,2002:/] as const,
    ]),
  ),
};

describe('a small file made to hurt', () => {
  for (const [reader, parse] of [
    ['run', parseScenario],
    ['represent', parseRepresent],
  ] as const) {
    for (const [what, text] of Object.entries(files)) {
      it(`is refused by ${reader} in few words and little time: ${what}`, async function () {
        expect(text.length).to.be.at.most(2 ** 19);
        // A second, and room for whatever else the machine does.
        this.timeout(4000);
        const error = await captureError(() => parse(text, 'x.yaml', catalogue));
        expect(error.code).to.equal('bad-scenario');
        expect(error.message.length).to.be.below(20_000);
        const lines = error.message.split('\n');
        expect(lines.length).to.be.at.most(51);
        for (const line of lines) expect(line.length).to.be.at.most(1500);
      });
    }

    for (const [what, [text, message]] of Object.entries(odd)) {
      it(`is refused by ${reader} where it is: ${what}`, async () => {
        const error = await captureError(() => parse(text, 'x.yaml', catalogue));
        expect(error.code).to.equal('bad-scenario');
        expect(error.message.split('\n')[0]).to.match(message);
      });
    }
  }

  it('names what it has with control characters escaped, which else would rule the terminal', async () => {
    const text = `${scenario}learners: ["\\e]0;fintune"]\n"\\e[31m\\nx.yaml:1:1 all is well\\u202e": 1\n`;
    const { message } = await captureError(() => parseScenario(text, 'x.yaml', catalogue));
    const lines = message.split('\n');
    expect(lines[0]).to.include('learner "\\u001b]0;fintune" is not known');
    expect(lines[1]).to.include('unknown key "\\u001b[31m\\nx.yaml:1:1 all is well\\u202e"');
    expect(lines).to.have.length(2);
  });

  it('is refused although --set would replace what is wrong: the file itself is read first', async () => {
    const text = `${scenario}learners: [finetune]\nmemory: *nope\n`;
    const overrides = ['memory.options.latent=3'];
    const error = await captureError(() => parseScenario(text, 'x.yaml', catalogue, overrides));
    expect(error.message).to.include('x.yaml:6:9').and.to.include('*nope');
  });

  it('is refused in a sentence where --set has an alias, which has no anchor there', async () => {
    for (const value of ['&a [*a]', '*x', '!!set {a}', '? '.repeat(28) + 'a', '['.repeat(300)]) {
      const set = `memory.options.latent=${value}`;
      const error = await captureError(() => parseScenario(scenario, 'x.yaml', catalogue, [set]));
      expect(error.code).to.be.oneOf(['bad-usage', 'bad-scenario']);
      expect(error.message)
        .to.match(/^--set memory\.options\.latent=/)
        .and.to.not.include('\n');
    }
  });
});

describe('merge keys of a scenario', () => {
  const merged = `name: a
dataset: synthetic
tasks: 5
training: &training { iterations: 3, batchSize: 7 }
learners:
  - { name: finetune, options: &options { hidden: [5] } }
  - { name: joint, options: { <<: *options, hidden: [6] } }
  - { name: rehearsal, options: { <<: [*options, { temperature: 2, hidden: [9] }] } }
`;

  it('give what the object does not have itself; of several the first has precedence', () => {
    const { learners } = parseScenario(merged, 'x.yaml', catalogue);
    expect(learners[0]?.options).to.deep.include({ hidden: [5] });
    expect(learners[1]?.options).to.deep.include({ hidden: [6] });
    expect(learners[2]?.options).to.deep.include({ hidden: [5], temperature: 2 });
  });

  it('are copies: what --set changes in one place does not show in another', () => {
    const { learners } = parseScenario(merged, 'x.yaml', catalogue, ['learners.2.options.hidden=[8]']);
    expect(learners.map(({ options }) => (options as { hidden: number[] }).hidden)).to.deep.equal([[5], [6], [8]]);
  });

  it('have mistakes where they were written', async () => {
    const text = merged.replace('hidden: [5]', 'hiden: [5]');
    const error = await captureError(() => parseScenario(text, 'x.yaml', catalogue));
    for (const line of error.message.split('\n')) expect(line).to.match(/^x\.yaml:6:43 unknown key "hiden"/);
  });
});
