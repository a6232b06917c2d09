import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ReverieError } from '../../src/core/errors.js';
import { lastValueFrom, toArray } from 'rxjs';
import type { RunEvent } from '../../src/core/events.js';
import { definePart } from '../../src/core/part.js';
import { compose } from '../../src/di/composition.js';
import { runTokens } from '../../src/di/run-container.js';
import { run, runEvents } from '../../src/experiment/run.js';
import { parseScenario } from '../../src/scenarios/load-scenario.js';
import type { Scenario } from '../../src/scenarios/scenario.js';
import type { Composition } from '../../src/di/composition.js';
import type { LearnerContext } from '../../src/learners/context.js';
import { finetune } from '../../src/learners/finetune.js';
import { learners } from '../../src/learners/learners.js';
import * as z from 'zod';
import { captureError } from '../support/capture-error.js';

const text = `
name: small
dataset: { name: synthetic, options: { classes: 4, width: 12, trainPerClass: 40, testPerClass: 10 } }
tasks: 2
training: { iterations: 60, batchSize: 16 }
seed: 1
learners: [{ name: rehearsal, options: { hidden: [24], learningRate: 0.005 } }]
memory: { name: autoencoder, encoder: icrst, p: 0.2, sampler: { name: latent, options: { components: 1 } }, options: { latent: 5, hidden: [24], refitDreams: 200 } }
`;

function small(composition: Composition, ...overrides: readonly string[]): Scenario {
  return parseScenario(text, 'small.yaml', composition.catalogue, overrides);
}

async function runAll(
  composition: Composition,
  scenario: Scenario,
  learner = scenario.learners[0],
): Promise<RunEvent[]> {
  const setup = await composition.prepare(scenario, learner ?? { name: 'rehearsal', options: {} }, scenario.seed);
  return lastValueFrom(runEvents(setup).pipe(toArray()));
}

describe('the composition root', () => {
  it('makes from a scenario a run that learns, dreams and ends in a result', async () => {
    const composition = await compose({ engine: 'ort' });
    const events = await runAll(composition, small(composition));
    expect(events[0]?.type).to.equal('run-started');
    const last = events.at(-1);
    if (last?.type !== 'run-completed') throw new Error(`ended with ${last?.type}`);
    expect(last.result.metrics['accuracyOverTasks']?.value).to.be.greaterThan(0.9);
    expect(last.result.footprint.storedSamples).to.equal(0);
    expect(last.result.versions).to.have.all.keys('reverie', 'node', 'onnxruntime-node');
    expect(events.filter(({ type }) => type === 'memory-consolidated')).to.have.length(2);
  });

  for (const engine of ['wasm', 'cpu'] as const) {
    it(`runs the same scenario on ${engine}`, async () => {
      const composition = await compose({ engine });
      const last = (await runAll(composition, small(composition))).at(-1);
      expect(last?.type === 'run-completed' && last.result.metrics['accuracyOverTasks']?.value).to.be.greaterThan(0.9);
    });
  }

  it('offers for scenarios what it can make', async () => {
    const { catalogue } = await compose({ engine: 'auto' });
    expect(Object.keys(catalogue.learners)).to.deep.equal(Object.keys(learners));
    expect(Object.keys(catalogue.encoders)).to.deep.equal(['identity', 'icrst', 'trst', 'cross-class']);
    expect(Object.keys(catalogue.samplers)).to.deep.equal(['latent', 'prior', 'noise', 'buffer']);
    expect(Object.keys(catalogue.memories)).to.deep.equal([
      'autoencoder',
      'vanilla',
      'deep',
      'sparse',
      'denoising',
      'contractive',
      'tied',
      'variational',
      'beta-variational',
      'convolutional',
      'conditional',
      'auto-hetero',
      'dual-network',
    ]);
    expect(Object.keys(catalogue.datasets)).to.include.members(['mnist', 'idx', 'synthetic']);
  });

  it('runs a domain-incremental scenario: every domain is measured, and shows no more classes than the first', async () => {
    const composition = await compose({ engine: 'ort' });
    const stream = 'stream={ name: domain-incremental, options: { domains: 3 } }';
    const last = (await runAll(composition, small(composition, 'tasks=null', stream))).at(-1);
    const result = last?.type === 'run-completed' ? last.result : undefined;
    expect(result?.tasks).to.deep.equal(Array.from({ length: 3 }, () => [0, 1, 2, 3]));
    expect(result?.testSizes).to.deep.equal([40, 40, 40]);
    expect(result?.metrics['learningAccuracy']?.value).to.be.greaterThan(0.9);
  });

  it('runs a scenario whose classes come again, with a column for each group of new ones', async () => {
    const composition = await compose({ engine: 'ort' });
    const last = (await runAll(composition, small(composition, 'tasks=[[0, 1], [2, 3], [0, 2]]'))).at(-1);
    const result = last?.type === 'run-completed' ? last.result : undefined;
    expect(result?.accuracyMatrix.map((row) => row.length)).to.deep.equal([2, 2, 2]);
    expect(result?.tasks[2]).to.deep.equal([0, 2]);
    expect(result?.metrics['accuracyOverTasks']?.value).to.be.greaterThan(0.9);
  });

  it('that is disposed holds nothing of what was prepared, and is not to be used', async () => {
    const composition = await compose({ engine: 'ort' });
    const { engine } = await composition.engine();
    const scenario = small(composition);
    const [learner = { name: '', options: {} }] = scenario.learners;
    await composition.prepare(scenario, learner, 1);
    await composition.dispose();
    await composition[Symbol.asyncDispose]();
    expect(engine.liveBuffers()).to.equal(0);
    const error = await captureError(() => composition.prepare(scenario, learner, 1));
    expect(error.code).to.equal('disposed');
    // One that loaded no engine has none to free.
    await (await compose({ engine: 'ort' })).dispose();
  });

  it('finds an impossible split before anything runs', async () => {
    const composition = await compose({ engine: 'ort' });
    const scenario = small(composition, 'tasks=3');
    const error = await captureError(() =>
      composition.prepare(scenario, scenario.learners[0] ?? { name: '', options: {} }, 1),
    );
    expect(error.code).to.equal('bad-scenario');
  });
});

describe('the container of a run', () => {
  const count = (made: string[], name: string) =>
    definePart({
      summary: 'Counts what is made.',
      options: z.strictObject({}),
      create: (_options, context: LearnerContext) => {
        made.push(name);
        return finetune.make({ hidden: [8], learningRate: 0.01 }, context);
      },
    });

  it('makes a learner once where it is prepared and run, and gives the draws of one that is made anew', async () => {
    const made: string[] = [];
    const plugin = { learners: { counted: count(made, 'counted') } };
    const composition = await compose({ engine: 'ort', plugins: [plugin] });
    const scenario = small(composition, 'learners=[counted]');
    const setup = await composition.prepare(scenario, { name: 'counted', options: {} }, 1);
    const resultOf = async () => {
      const result = await run(setup).result();
      if (result === undefined) throw new Error('the run was cancelled');
      return [result.accuracyMatrix, result.anytime, result.perClassAccuracy];
    };
    const first = await resultOf();
    expect(made).to.have.length(1);
    expect(await resultOf()).to.deep.equal(first);
    expect(made).to.have.length(2);
  });

  it('keeps no learner of another set-up alive while a run goes on', async () => {
    const composition = await compose({ engine: 'cpu' });
    const scenario = small(composition, 'learners=[finetune]', 'training.iterations=2');
    const { engine } = await composition.engine();
    const before = engine.liveBuffers();
    const [finetune = { name: '', options: {} }] = scenario.learners;
    const first = await composition.prepare(scenario, finetune, 1);
    await composition.prepare(scenario, finetune, 2);
    await run(first).result();
    expect(engine.liveBuffers()).to.equal(before);
  });

  it('lets a program bind something else in place of what it would make', async () => {
    const drawn: number[] = [];
    const composition = await compose({
      engine: 'ort',
      configure: (container) => {
        container.onActivation(runTokens.sampler, (_context, sampler) => {
          const sample = sampler.sample.bind(sampler);
          sampler.sample = async (...parameters) => {
            drawn.push(1);
            return sample(...parameters);
          };
          return sampler;
        });
      },
    });
    await runAll(composition, small(composition, 'training.iterations=4'));
    expect(drawn.length).to.be.greaterThan(0);
  });

  it('takes the encoder that a program binds', async () => {
    let asked = 0;
    const composition = await compose({
      engine: 'ort',
      configure: (container) => {
        container.rebind(runTokens.encoder).toConstantValue({
          targets: (labels) => {
            asked++;
            return Uint32Array.from(labels, (_, row) => row);
          },
        });
      },
    });
    await runAll(composition, small(composition, 'training.iterations=4'));
    expect(asked).to.be.greaterThan(0);
  });
});

describe('the memory of a run', () => {
  it('is warned of before anything is trained where its code is as wide as a sample', async () => {
    const composition = await compose({ engine: 'ort' });
    const events = await runAll(composition, small(composition, 'memory.options.latent=12', 'training.iterations=2'));
    const [started, warning] = events;
    expect(started?.type).to.equal('run-started');
    expect(warning?.type === 'warning' && warning.message).to.match(
      /^the memory's code has 12 values for samples of 12: nothing need be lost on the way through, .* far below the width/,
    );
    const reported = events.filter((event) => event.type === 'warning' && event.code === 'memory-not-lossy');
    expect(reported).to.have.length(1);
  });
});

describe('the encoder of a run', () => {
  const eventsOf = async (...overrides: readonly string[]): Promise<readonly RunEvent[]> => {
    const composition = await compose({ engine: 'ort' });
    return runAll(composition, small(composition, ...overrides));
  };
  const prepared = async (...overrides: readonly string[]) => {
    const composition = await compose({ engine: 'ort', plugins: ['test/di/plug-ins/unlabelled.mjs'] });
    const scenario = small(composition, ...overrides);
    return composition.prepare(scenario, scenario.learners[0] ?? { name: '', options: {} }, 1);
  };

  it('may be given a schedule as p of the memory, and learns with it', async () => {
    // A task has 60 steps, of which the memory takes every second one.
    const events = await eventsOf('memory.p={ from: 0, to: 0.5, over: 30 }');
    const last = events.at(-1);
    expect(last?.type === 'run-completed' && last.result.metrics['accuracyOverTasks']?.value).to.be.greaterThan(0.9);
    expect(events[1]?.type).to.equal('task-started');
  });

  it('is looked at first: a schedule that no task is long enough for is given at the start, and in the result', async () => {
    const events = await eventsOf('memory.p={ from: 0, to: 0.5, over: 31 }');
    expect(events[1]).to.deep.equal({
      type: 'warning',
      code: 'schedule-not-finished',
      message:
        'p of encoder "icrst" is to be 0.5 after 31 steps, but there are only 30, at the end of which it is 0.484; let it ' +
        'rise over fewer steps, or train for longer',
    });
    const last = events.at(-1);
    const reported = last?.type === 'run-completed' ? last.result.warnings.map(({ code }) => code) : [];
    expect(reported).to.include('schedule-not-finished');
  });

  it('icrst warns of classes of one sample, as the scenario takes them', async () => {
    const { warnings } = await prepared('samplesPerClass={ train: 1 }', 'tasks=[[0, 1], [3]]');
    expect(warnings?.map(({ message }) => message)).to.deep.equal([
      'there is only one sample of class 0, 1, 3: encoder "icrst" can draw nothing but that sample itself for it, and is ' +
        'the identity there; add samples, or leave the class out',
    ]);
  });

  it('icrst refuses a data set without classes before anything runs; trst and learners without a memory take it', async () => {
    const unlabelled = ['dataset={ name: unlabelled }', 'tasks=1'];
    const error = await captureError(() => prepared(...unlabelled));
    expect([error.code, error.message]).to.deep.equal([
      'bad-data',
      'data set "unlabelled": encoder "icrst" needs the class of every sample, but 20 of 20 have none, the first of them ' +
        'row 0; label them, or choose trst, which needs no classes',
    ]);
    expect((await prepared(...unlabelled, 'memory.encoder=trst')).warnings).to.deep.equal([]);
    expect((await prepared(...unlabelled, 'learners=[finetune]')).warnings).to.deep.equal([]);
  });

  it('cross-class refuses a stream of one class', async () => {
    const error = await captureError(() => prepared('memory.encoder=cross-class', 'tasks=[[2]]'));
    expect(error.message).to.match(
      /^data set "synthetic": encoder "cross-class" aims at .* all samples are of class 2;/,
    );
  });
});

describe('plug-ins', () => {
  it('a learner of one’s own, in TypeScript, can be named in a scenario and learns', async () => {
    const composition = await compose({ engine: 'ort', plugins: ['examples/nearest-mean.ts'] });
    const scenario = small(composition, 'learners=[nearest-mean]');
    const last = (await runAll(composition, scenario)).at(-1);
    expect(last?.type === 'run-completed' && last.result.metrics['accuracyOverTasks']?.value).to.be.greaterThan(0.95);
  });

  it('a start of walks of one’s own makes a sampler that remembers', async () => {
    const composition = await compose({ engine: 'ort', plugins: ['examples/walks-from-the-mean.ts'] });
    const accuracy = async (learner: string): Promise<number> => {
      const scenario = small(composition, `learners=[${learner}]`, 'memory.sampler=mean');
      const last = (await runAll(composition, scenario)).at(-1);
      return last?.type === 'run-completed' ? (last.result.metrics['accuracyOverTasks']?.value ?? NaN) : NaN;
    };
    expect(await accuracy('rehearsal')).to.be.greaterThan(1.3 * (await accuracy('finetune')));
  });

  it('an encoder of one’s own, with a schedule, makes a memory that remembers', async () => {
    const composition = await compose({ engine: 'ort', plugins: ['examples/own-encoder.ts'] });
    const schedule = 'memory.p={ from: 0, to: 0.5, over: 30 }';
    const scenario = small(composition, 'memory.encoder=typical', schedule);
    expect(scenario.memory.encoder.options).to.deep.equal({ p: { from: 0, to: 0.5, over: 30, kind: 'linear' } });
    const events = await runAll(composition, scenario);
    const last = events.at(-1);
    expect(last?.type === 'run-completed' && last.result.metrics['accuracyOverTasks']?.value).to.be.greaterThan(0.9);
  });

  const bad: readonly [string, string, RegExp][] = [
    ['is missing', 'nowhere.ts', /--plugin .*nowhere\.ts: there is no such file/],
    ['throws', 'throws.mjs', /throws\.mjs does not load: no such luck/],
    ['exports nothing', 'empty.mjs', /exports no "reverie" \(it exports: nothing\); expected: export const reverie/],
    ['brings an unknown kind', 'wrong-kind.mjs', /"learner" is no kind of part; known: .*; did you mean "learners"\?/],
    ['has no create', 'no-create.mjs', /learners\.lazy must have a "summary" .* and a function "create/],
    ['takes a name that is taken', 'taken-name.mjs', /there is already a learner "joint"; give it another name/],
    ['has options that are no schema', 'no-schema.mjs', /"options" must be a zod schema/],
  ];
  for (const [what, file, message] of bad) {
    it(`are refused when one ${what}`, async () => {
      const error = await captureError(() => compose({ engine: 'ort', plugins: [`test/di/plug-ins/${file}`] }));
      expect(error.code).to.equal('bad-plugin');
      expect(error.message).to.match(message);
    });
  }

  it('are named when one of their parts throws as it is made', async () => {
    const make = (): never => {
      throw new RangeError('own.csv has no rows');
    };
    const own = { summary: 'Own.', create: make };
    const composition = await compose({ engine: 'ort', plugins: [{ datasets: { own } }] });
    const error = await captureError(() => composition.dataset({ dataset: { name: 'own', options: {} } }));
    expect(error.code).to.equal('bad-plugin');
    expect(error.message).to.match(/^plug-in 1: data set "own" cannot be made: own\.csv has no rows; /);
    // What it throws as an error of reverie says already what is wrong.
    const refused = { summary: 'Own.', create: () => Promise.reject(new ReverieError('bad-data', 'no rows')) };
    const other = await compose({ engine: 'ort', plugins: [{ datasets: { refused } }] });
    const given = await captureError(() => other.dataset({ dataset: { name: 'refused', options: {} } }));
    expect([given.code, given.message]).to.deep.equal(['bad-data', 'no rows']);
  });

  it('are refused when one has a syntax error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reverie-plug-in-'));
    const file = join(folder, 'half.mjs');
    await writeFile(file, 'export const reverie = {');
    const error = await captureError(() => compose({ engine: 'ort', plugins: [file] }));
    expect(error.code).to.equal('bad-plugin');
    expect(error.message).to.match(/half\.mjs does not load: Unexpected end of input/);
    await rm(folder, { recursive: true });
  });

  it('are refused when what they make lacks a method, before anything runs', async () => {
    const composition = await compose({ engine: 'ort', plugins: ['test/di/plug-ins/lacks-methods.mjs'] });
    const scenario = small(composition, 'learners=[forgetful]');
    const error = await captureError(() =>
      composition.prepare(scenario, scenario.learners[0] ?? { name: '', options: {} }, 1),
    );
    expect(error.code).to.equal('bad-plugin');
    expect(error.message).to.match(
      /learner "forgetful" lacks predict, footprint; what its "create" gives must have learn, predict/,
    );
  });
});
