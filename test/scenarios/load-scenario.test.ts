import { expect } from 'chai';
import * as z from 'zod';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue } from '../../src/scenarios/catalogue.js';
import { loadScenario, parseScenario } from '../../src/scenarios/load-scenario.js';
import { captureError } from '../support/capture-error.js';
import { inFolder } from '../data/idx-bytes.js';
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

describe('parseScenario', () => {
  it('fills in every default', () => {
    expect(parse(minimal)).to.deep.equal({
      name: 'tiny',
      description: '',
      dataset: {
        name: 'synthetic',
        options: { classes: 10, width: 32, trainPerClass: 100, testPerClass: 20, spread: 0.1, seed: 1 },
      },
      stream: { name: 'class-incremental', options: { tasks: 5, classOrder: 'ascending' } },
      plan: { budget: { iterations: 10 }, batchSize: 128 },
      seed: 1,
      learners: [{ name: 'finetune', options: {} }],
      memory: {
        name: 'autoencoder',
        options: { latent: 32 },
        encoder: { name: 'identity', options: {} },
        sampler: { name: 'latent', options: {} },
      },
      origin: { file: 'x.yaml', stream: 'x.yaml:3:8 tasks' },
    });
  });

  it('takes everything in its long form', () => {
    const scenario = parse(`name: full
description: All there is.
dataset: { name: synthetic, options: { classes: 4, seed: 7 } }
tasks: [[0, 2], [3]]
samplesPerClass: { train: 10, test: 5 }
training: { epochs: 2, batchSize: 32 }
evaluation: { every: 100 }
seed: 5
learners:
  - name: rehearsal
    options: { hidden: [20], loss: hard }
  - joint
memory:
  name: autoencoder
  options: { latent: 8 }
  encoder: { name: trst, options: { p: 0.3 } }
  sampler: { name: walk, options: { jumps: 3 } }
`);
    expect(scenario.dataset.options).to.deep.include({ classes: 4, seed: 7, width: 32 });
    expect(scenario.stream).to.deep.equal({
      name: 'class-incremental',
      options: { tasks: [[0, 2], [3]], classOrder: 'ascending', samplesPerClass: { train: 10, test: 5 } },
    });
    expect(scenario.plan).to.deep.equal({ budget: { epochs: 2 }, batchSize: 32 });
    expect([scenario.evaluateEvery, scenario.seed]).to.deep.equal([100, 5]);
    expect(scenario.learners).to.deep.equal([
      { name: 'rehearsal', options: { hidden: [20], rate: 0.001, loss: 'hard' } },
      { name: 'joint', options: {} },
    ]);
    expect(scenario.memory).to.deep.equal({
      name: 'autoencoder',
      options: { latent: 8 },
      encoder: { name: 'trst', options: { p: 0.3 } },
      sampler: { name: 'walk', options: { jumps: 3 } },
    });
  });

  it('reads JSON as well: it is YAML', () => {
    const json = '{"name":"j","dataset":"mnist","tasks":2,"training":{"epochs":1},"learners":["joint"]}';
    expect(parse(json).plan.budget).to.deep.equal({ epochs: 1 });
  });

  it('takes a memory, encoder and sampler without a name for the default ones', () => {
    const { memory } = parse(`${minimal}memory: { options: { latent: 4 }, sampler: { options: {} } }`);
    expect(memory).to.deep.include({ name: 'autoencoder', options: { latent: 4 } });
    expect(memory.sampler.name).to.equal('latent');
  });

  it('hands p of the memory to its encoder', () => {
    expect(parse(`${minimal}memory: { encoder: icrst, p: 0.25 }`).memory.encoder).to.deep.equal({
      name: 'icrst',
      options: { p: 0.25 },
    });
  });

  it('hands a schedule as p of the memory to its encoder, its defaults filled in', () => {
    const ramp = { from: 0, to: 0.5, over: 1000, kind: 'linear' };
    const short = `${minimal}memory: { encoder: icrst, p: { from: 0, to: 0.5, over: 1000 } }`;
    const long = `${minimal}memory: { encoder: { name: icrst, options: { p: { from: 0, to: 0.5, over: 1000 } } } }`;
    const set = ['memory.encoder=icrst', 'memory.p={ from: 0, to: 0.5, over: 1000 }'];
    for (const { memory } of [parse(short), parse(long), parse(minimal, set)]) {
      expect(memory.encoder).to.deep.equal({ name: 'icrst', options: { p: ramp } });
    }
    expect(
      parse(`${minimal}memory: { encoder: trst, p: { steps: [[0, 0], [500, 0.25]] } }`).memory.encoder,
    ).to.deep.equal({
      name: 'trst',
      options: {
        p: {
          steps: [
            [0, 0],
            [500, 0.25],
          ],
        },
      },
    });
  });

  it("takes as p of the memory whatever one of the encoders takes, and leaves it to the memory's own to refuse it", async () => {
    const word = { summary: 'A word for p.', options: z.strictObject({ p: z.enum(['seldom', 'often']).optional() }) };
    const catalogue: Catalogue = { ...fakeCatalogue, encoders: { ...fakeCatalogue.encoders, worded: word } };
    const given = (encoder: string, p: string) =>
      parseScenario(`${minimal}memory: { encoder: ${encoder}, p: ${p} }`, 'x.yaml', catalogue).memory.encoder.options;
    expect(given('worded', 'often')).to.deep.equal({ p: 'often' });
    expect(given('icrst', '0.25')).to.deep.equal({ p: 0.25 });
    const error = await captureError(() => given('icrst', 'often'));
    expect(error.message).to.match(/^x\.yaml:7:30 memory\.p: expected a number or an object with keys, .*"often"$/);
  });

  it('measures on test samples, or on a share of the training samples where that is asked for', () => {
    expect(parse(minimal)).not.to.have.property('validation');
    expect(parse(`${minimal}evaluation: { on: validation }`).validation).to.deep.equal({ share: 0.1 });
    expect(parse(`${minimal}evaluation: { on: validation, share: 0.25 }`).validation).to.deep.equal({ share: 0.25 });
  });

  it('compares learners by samples, or by tasks where that is asked for', () => {
    expect(parse(minimal)).not.to.have.property('compareBy');
    expect(parse(`${minimal}evaluation: { compareBy: tasks }`).compareBy).to.equal('tasks');
  });

  it('says nothing of any-time evaluation where it is every 0 iterations', () => {
    expect(parse(`${minimal}evaluation: { every: 0 }`)).not.to.have.property('evaluateEvery');
  });

  it('leaves checkpoints within tasks every so many iterations or minutes, where it says so', async () => {
    const policy = (every: string) => parse(`${minimal}checkpoint: { every: ${every} }`).checkpointEvery;
    expect(policy('500 iterations')).to.deep.equal({ iterations: 500 });
    expect(policy('1 minute')).to.deep.equal({ minutes: 1 });
    expect(policy('experience')).to.equal(undefined);
    const error = await captureError(() => policy('5 hours'));
    expect(error.message).to.include('checkpoint.every: expected "experience", a number of iterations');
  });

  it('follows an alias to the anchor', () => {
    const scenario = parse(`${minimal}memory: { options: { latent: &n 16 } }\nseed: *n`);
    expect(scenario.seed).to.equal(16);
  });
});

describe('an option schema that is not a plain object', () => {
  const withLearner = (options: z.ZodType): Catalogue => ({
    ...fakeCatalogue,
    learners: { finetune: { summary: 'From a plug-in.', options } },
  });

  it('still has its own messages shown, with their place', async () => {
    const options = z.strictObject({ n: z.int().default(2) }).refine(({ n }) => n % 2 === 0, 'expected an even n');
    const text = minimal.replace('[finetune]', '[{ name: finetune, options: { n: 3 } }]');
    const error = await captureError(() => parseScenario(text, 'x.yaml', withLearner(options)));
    expect(error.message).to.equal('x.yaml:6:39 learners.0.options: expected an even n, given an object');
  });

  it('names a key that the likeliest of several does not take', async () => {
    const options = z.union([z.strictObject({ alpha: z.int() }), z.strictObject({ b: z.int() })]);
    const text = minimal.replace('[finetune]', '[{ name: finetune, options: { alpha: 1, alhpa: 2 } }]');
    const error = await captureError(() => parseScenario(text, 'x.yaml', withLearner(options)));
    expect(error.message).to.equal('x.yaml:6:51 unknown key "alhpa"; known: alpha; did you mean "alpha"?');
  });

  it('names a key that it does not take, also where its keys cannot be listed', async () => {
    const options = z.strictObject({ a: z.int() }).readonly();
    const text = minimal.replace('[finetune]', '[{ name: finetune, options: { a: 1, c: 2 } }]');
    const error = await captureError(() => parseScenario(text, 'x.yaml', withLearner(options)));
    expect(error.message).to.equal('x.yaml:6:47 unknown key "c"; take it out');
  });

  it('must give JSON: it is the plug-in that is wrong then, not the scenario', async () => {
    const options = z.strictObject({}).transform(() => ({ made: new Map() }));
    const error = await captureError(() => parseScenario(minimal, 'x.yaml', withLearner(options)));
    expect(error.code).to.equal('bad-plugin');
    expect(error.message).to.include('"finetune"');
  });
});

describe('loadScenario', () => {
  it('reads a file, applies what is set, and names the file in messages', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'my.yaml');
      await writeFile(path, minimal);
      expect((await loadScenario(path, fakeCatalogue, ['seed=9'])).seed).to.equal(9);
      await writeFile(path, minimal.replace('5', '0'));
      const error = await captureError(() => loadScenario(path, fakeCatalogue));
      expect(error.message).to.equal(`${path}:3:8 tasks: expected at least 1, given 0`);
    });
  });

  it('says what to do about a file in UTF-16, and about one that is no UTF-8', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'a.yaml');
      const utf16 = Buffer.from(minimal, 'utf16le');
      for (const bytes of [Buffer.concat([Buffer.of(0xff, 0xfe), utf16]), utf16, Buffer.from(utf16).swap16()]) {
        await writeFile(path, bytes);
        const error = await captureError(() => loadScenario(path, fakeCatalogue));
        expect(error.message).to.equal(
          `${path} is text in UTF-16 or UTF-32; expected UTF-8; save it as UTF-8, or convert it with: iconv -f UTF-16 -t UTF-8`,
        );
      }
      await writeFile(path, Buffer.from(`${minimal}description: Größe`, 'latin1'));
      const error = await captureError(() => loadScenario(path, fakeCatalogue));
      expect(error.message).to.equal(`${path} is not text in UTF-8; save it as UTF-8`);
    });
  });

  it('names both documents of a file that has two', async () => {
    const error = await captureError(() => parseScenario(`${minimal}---\n${minimal}`, 'a.yaml', fakeCatalogue));
    expect(error.message).to.match(/^a\.yaml:\d+:1 is not valid YAML: a second document begins here; keep one of them/);
  });

  it('refuses a file over 512 KiB, a folder, and a file that is not there', async () => {
    await inFolder(async (dir) => {
      await mkdir(join(dir, 'folder'));
      await writeFile(join(dir, 'big.yaml'), '#'.repeat(2 ** 19 + 1));
      for (const [name, message] of [
        ['folder', 'is a folder, not a regular file'],
        ['big.yaml', 'has 524289 bytes'],
        ['none.yaml', 'ENOENT'],
      ] as const) {
        const error = await captureError(() => loadScenario(join(dir, name), fakeCatalogue));
        expect(error.code).to.equal('bad-scenario');
        expect(error.message).to.include(join(dir, name)).and.to.include(message);
      }
    });
  });
});
