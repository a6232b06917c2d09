import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { CliContext } from '../../src/cli/cli-context.js';
import type { RunResult } from '../../src/core/result.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { featureFiles, measurements, rawRows } from '../support/raw-data.js';
import { called, captured, tiny } from './captured.js';

const path = temporaryFolder();

function run(...parameters: readonly string[]) {
  return called(['run', tiny, '--engine', 'cpu', '--out', path('runs'), ...parameters]);
}

const oneSampleEach = ['memory.encoder=icrst', 'samplesPerClass={ train: 1 }', 'training.iterations=2'].flatMap(
  (change) => ['--set', change],
);

async function resultOf(name: string): Promise<Omit<RunResult, 'timings'>> {
  const { timings, ...rest } = JSON.parse(await readFile(path('runs', name, 'result.json'), 'utf8')) as RunResult;
  expect(timings.learning).to.have.length(2);
  return rest;
}

/** Stops the run as soon as this text is written to stdout. */
function stoppingAt(text: string): Partial<CliContext> {
  let stop = (): void => undefined;
  let milliseconds = 0;
  const { out } = captured();
  return {
    // Time flies, so that each start of a task is worth a line.
    clock: () => (milliseconds += 1000),
    out: {
      ...out,
      write(line) {
        if (line.includes(text)) stop();
      },
    },
    onInterrupt(listener) {
      stop = listener;
      return () => undefined;
    },
  };
}

describe('reverie run', () => {
  it('runs each learner, then shows the comparison, the matrices and where results are', async () => {
    const { code, out } = await run();
    expect(code).to.equal(0);
    expect(out).to.match(/^tiny, seed 1, engine cpu\nfinetune: task 1\/2, classes \d, \d, 80 samples\n/);
    expect(out).to.match(
      /\nlearner +ACC +forgetting +memory +statistics +stored samples +time\nfinetune +0\..*\nrehearsal +\d\..*KiB/,
    );
    expect(out).to.include('\naccuracy of finetune by task\n').and.to.include('\naccuracy of rehearsal by task\n');
    expect(out).to.include(`results:\n  ${path('runs', 'tiny-finetune-1')}\n  ${path('runs', 'tiny-rehearsal-1')}\n`);
    expect(await readdir(path('runs', 'tiny-rehearsal-1'))).to.have.members([
      'checkpoints',
      'events.jsonl',
      'result.json',
    ]);
  });

  it('runs the learners and the seed that are asked for instead of those of the scenario', async () => {
    await run('--learner', 'joint', '--seed', '5', '--set', 'training.iterations=2');
    expect(await readdir(path('runs'))).to.deep.equal(['tiny-joint-5']);
    expect((await resultOf('tiny-joint-5')).seed).to.equal(5);
  });

  it('runs every seed that is asked for, and shows means and deviations', async () => {
    const { code, out } = await run('--learner', 'finetune', '--seed', '3', '--seed', '4', '--seed', '3');
    expect(code).to.equal(0);
    expect(out).to.match(/\nlearner +seeds +ACC .*\nfinetune +2 +0\.\d{4} ± 0\.\d{4} /);
    expect(await readdir(path('runs'))).to.have.members(['tiny-finetune-3', 'tiny-finetune-4']);
  });

  it('runs a learner twice with other options, each in its own directory and line', async () => {
    const two = 'learners=[{name: finetune, options: {hidden: [8]}}, {name: finetune, options: {hidden: [4]}}]';
    const { code, out } = await run('--set', two, '--set', 'training.iterations=2');
    expect(code).to.equal(0);
    expect(out).to.match(/\nfinetune \(hidden=\[8\]\) +0\..*\nfinetune \(hidden=\[4\]\) +0\./);
    expect(await readdir(path('runs'))).to.have.members(['tiny-finetune-hidden-8-1', 'tiny-finetune-hidden-4-1']);
  });

  it('measures on training samples that are held back where validation is asked for', async () => {
    const { code, out } = await run(
      '--learner',
      'finetune',
      '--set',
      'evaluation={on: validation, share: 0.25}',
      '--json',
    );
    expect(code).to.equal(0);
    // Of 40 training samples of each class a quarter is held back: 10, two classes a task.
    const { testSizes, configuration } = JSON.parse(out) as RunResult;
    expect(testSizes).to.deep.equal([20, 20]);
    expect(configuration).to.have.deep.property('validation', { share: 0.25 });
    const log = await readFile(path('runs', 'tiny-finetune-1', 'events.jsonl'), 'utf8');
    expect(log).to.include('"samples":60');
  });

  it('prints nothing but one line of JSON for each result with --json, and its progress on stderr', async () => {
    const { out, err } = await run('--json', '--set', 'training.iterations=2');
    const results = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunResult);
    expect(results.map(({ learner }) => learner)).to.deep.equal(['finetune', 'rehearsal']);
    expect(err).to.include('finetune: task 2/2 done');
  });

  it('prints nothing but the comparison with --quiet', async () => {
    const { out } = await run('--quiet', '--learner', 'finetune', '--set', 'training.iterations=2');
    expect(out).to.match(/^learner .*\nfinetune .*\n$/);
  });

  it('warns on stderr of replay that does nothing', async () => {
    // Without any training of note both learners are equally bad.
    const { err } = await run('--quiet', '--set', 'training.iterations=1');
    expect(err).to.match(/^warning: .*replay of "rehearsal" is no better than fine-tuning/m);
  });

  it('warns before anything is trained of what is doubtful about the set-up, and does not say it again', async () => {
    const { err } = await called(
      ['run', tiny, '--engine', 'cpu', '--out', path('runs'), '--learner', 'rehearsal', ...oneSampleEach],
      stoppingAt('task 1/2, classes'),
    );
    const warning = 'warning: rehearsal: there is only one sample of class ';
    expect(err.split(warning)).to.have.length(2);
    expect(err.indexOf(warning)).to.be.lessThan(err.indexOf('no task was finished yet'));

    const whole = await run('--learner', 'rehearsal', ...oneSampleEach);
    expect(whole.err.split(warning)).to.have.length(2);
    const { warnings } = await resultOf('tiny-rehearsal-1.2');
    expect(warnings.map(({ code }) => code)).to.include('class-with-one-sample');
  });

  it('writes nothing where a later learner cannot be run', async () => {
    const { code, err } = await run('--learner', 'finetune', '--learner', 'no-such');
    expect(code).to.equal(2);
    expect(err).to.include('"no-such" is not known');
    expect(await readdir(path())).to.be.empty;
  });

  it('refuses --out that is a file, and leaves the file alone', async () => {
    await writeFile(path('runs'), 'mine');
    const { code, err } = await run();
    expect(code).to.equal(2);
    expect(err).to.match(/is a file, expected a directory; choose another --out/);
    expect(await readFile(path('runs'), 'utf8')).to.equal('mine');
  });
});

describe('a run that fails when it has begun', () => {
  it('is no bad input: a checkpoint that cannot be written is exit code 1', async () => {
    const folder = path('runs', 'tiny-finetune-1', 'checkpoints');
    const blocking: CliContext['out'] = {
      ...captured().out,
      write(line) {
        if (line.includes('task 1/2, classes')) writeFileSync(folder, 'in the way');
      },
    };
    const parameters = ['run', tiny, '--engine', 'cpu', '--out', path('runs'), '--learner', 'finetune'];
    const { code, err } = await called(parameters, { out: blocking });
    expect(err).to.match(/^reverie: .*checkpoints/);
    expect(code).to.equal(1);
  });
});

describe('an interrupted run', () => {
  const parameters = () => ['run', tiny, '--engine', 'cpu', '--out', path('runs'), '--learner', 'rehearsal'];

  it('says which checkpoint is kept and how to go on, with exit code 130', async () => {
    const { code, err } = await called(parameters(), stoppingAt('task 2/2, classes'));
    expect(code).to.equal(130);
    const checkpoint = path('runs', 'tiny-rehearsal-1', 'checkpoints', 'task-1.reverie');
    expect(err).to.equal(
      `reverie: interrupted while running rehearsal; the checkpoint after task 1 is kept: ${checkpoint}\n` +
        'Go on with: reverie run tiny.yaml --resume\n',
    );
    expect(await readdir(path('runs', 'tiny-rehearsal-1'))).to.have.members(['checkpoints', 'events.jsonl']);
  });

  it('ends, resumed, with the result of the run that was not interrupted', async () => {
    await called(['run', tiny, '--engine', 'cpu', '--out', path('whole'), '--learner', 'rehearsal']);
    await called(parameters(), stoppingAt('task 2/2, classes'));
    const { code, out } = await called([...parameters(), '--resume']);
    expect(code).to.equal(0);
    expect(out).to.include('rehearsal: resumes after task 1/2');
    const whole = JSON.parse(await readFile(path('whole', 'tiny-rehearsal-1', 'result.json'), 'utf8')) as RunResult;
    const resumed = await resultOf('tiny-rehearsal-1');
    expect({ ...resumed, timings: whole.timings }).to.deep.equal(whole);
  });

  it('leaves the learners after it for --resume', async () => {
    const all = parameters().slice(0, -2);
    await called(all, stoppingAt('finetune: task 2/2, classes'));
    const { code, out } = await called([...all, '--resume', '--quiet']);
    expect(code).to.equal(0);
    expect(out).to.match(/\nfinetune .*\nrehearsal /);
    expect(await readdir(path('runs'))).to.have.members(['tiny-finetune-1', 'tiny-rehearsal-1']);
  });

  it('shows the result of a finished run with --resume, without running it again', async () => {
    await called(parameters());
    const before = await readFile(path('runs', 'tiny-rehearsal-1', 'result.json'), 'utf8');
    const { code, out } = await called([...parameters(), '--resume']);
    expect(code).to.equal(0);
    expect(out).to.include('accuracy of rehearsal by task').and.not.to.include('done in');
    expect(await readFile(path('runs', 'tiny-rehearsal-1', 'result.json'), 'utf8')).to.equal(before);
  });

  it('is not resumed, nor touched, as a run of another scenario', async () => {
    await called(parameters());
    const { code, err } = await called([...parameters(), '--resume', '--set', 'training.iterations=41']);
    expect(code).to.equal(2);
    expect(err).to.match(/another finished run of that name: .*scenario\.plan\.budget\.iterations: 40 there, 41 here/);
    expect(await readdir(path('runs'))).to.deep.equal(['tiny-rehearsal-1']);
  });

  it('is not resumed with other data of the same name, one row more say', async () => {
    const features = async (rows: number): Promise<void> => {
      const train = rawRows(measurements, 20, 1);
      const files = featureFiles(measurements, train, rawRows(measurements, 5, 2));
      const more = { x: [...train.x, ...train.x.slice(0, 5)], labels: [...train.labels, 0] };
      const all = rows === train.labels.length ? files : featureFiles(measurements, more, rawRows(measurements, 5, 2));
      await mkdir(path(`data-${rows}`), { recursive: true });
      await Promise.all(Object.entries(all).map(([name, bytes]) => writeFile(path(`data-${rows}`, name), bytes)));
    };
    const run = (rows: number, ...more: string[]) =>
      called([
        ...[
          ...parameters(),
          '--data-dir',
          path(`data-${rows}`),
          '--set',
          'dataset={name: features, options: {path: .}}',
        ],
        ...more,
      ]);
    await features(80);
    expect((await run(80)).code).to.equal(0);
    expect((await run(80, '--resume')).code).to.equal(0);
    await features(81);
    const { code, err } = await run(81, '--resume');
    expect(code).to.equal(2);
    expect(err).to.match(/its data set features had another content/);
  });

  it('goes on where it got furthest, and says where', async () => {
    await called(parameters(), stoppingAt('task 2/2, classes'));
    await called(parameters(), stoppingAt('task 1/2, classes'));
    const { code, out } = await called([...parameters(), '--resume']);
    expect(code).to.equal(0);
    expect(out).to.include(`rehearsal goes on after task 1, in ${path('runs', 'tiny-rehearsal-1')}\n`);
    expect(await readdir(path('runs', 'tiny-rehearsal-1'))).to.include('result.json');
    expect(await readdir(path('runs', 'tiny-rehearsal-1.2'))).to.not.include('result.json');
  });

  it('is gone on with by one process, where two are asked to at once', async () => {
    await called(parameters(), stoppingAt('task 2/2, classes'));
    const both = await Promise.all([1, 2].map(() => called([...parameters(), '--resume', '--quiet'])));
    expect(both.map(({ code }) => code).sort()).to.deep.equal([0, 2]);
    expect(both.map(({ err }) => err).join('')).to.match(/is being run by process \d+; wait until it has ended/);
    const log = await readFile(path('runs', 'tiny-rehearsal-1', 'events.jsonl'), 'utf8');
    expect(log.match(/"run-completed"/g)).to.have.length(1);
  });

  it('fails where its directory is deleted meanwhile', async () => {
    const deleting = {
      ...stoppingAt('never'),
      out: {
        ...captured().out,
        write(line: string) {
          if (line.includes('task 2/2, classes')) rmSync(path('runs'), { recursive: true });
        },
      },
    };
    const { code, err } = await called(parameters(), deleting);
    expect(code).to.not.equal(0);
    expect(err).to.match(/events\.jsonl: it was deleted while it was being written/);
  });
});
