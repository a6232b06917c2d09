import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { SamplingStudy } from '../../src/studies/sampling/sampling-result.js';
import type { Composition } from '../../src/di/composition.js';
import type { CliContext } from '../../src/cli/cli-context.js';
import { floatNpy, intNpy } from '../files/npy-bytes.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called, captured } from './captured.js';

const path = temporaryFolder();

/** The smallest study: real data and noise alone, on blobs of 8 values. */
const small = [
  ...['--dataset', 'synthetic', '--set', 'dataset.width=8', '--set', 'dataset.trainPerClass=60'],
  ...['--set', 'teacherEpochs=1', '--set', 'studentEpochs=2', '--set', 'stepsPerEpoch=3', '--set', 'batch=4'],
];
const bounds = ['--row', 'real', '--row', 'random'];

function reproduce(report: string, parameters: readonly string[], changes: Partial<CliContext> = {}) {
  const given = ['reproduce', report, ...small, '--engine', 'wasm', '--out', path('runs'), ...parameters];
  return called(given, { command: 'reverie reproduce', ...changes });
}

const directory = 'sampling-mnist-synthetic-quick-1';

describe('reverie reproduce', () => {
  it('prints the table, says where the results are, and warns that the data are others', async () => {
    const { code, out, err } = await reproduce('sampling-table', bounds);
    expect(code).to.equal(0);
    expect(out).to.match(/^Table I, MNIST rows, on data set synthetic, budget quick, seed 1, engine wasm\n/);
    expect(out).to.match(/\nReal data \(upper bound\) +0\.980 +\d\.\d{4} +[-+]?\d+\.\d\d /);
    expect(out).to.match(/\nRandom generator \(lower bound\) +0\.925 /);
    expect(out).to.include(`results:\n  ${path('runs', directory)}\n`);
    expect(err).to.include('warning: the paper\'s numbers are of MNIST; these are of "synthetic"');
    const saved = JSON.parse(await readFile(path('runs', directory, 'result.json'), 'utf8')) as SamplingStudy;
    expect(saved.rows.map(({ name, curve }) => [name, curve.length])).to.deep.equal([
      ['real', 2],
      ['random', 2],
    ]);
  });

  it('prints the curves of finished rows with --resume, without training anything', async () => {
    await reproduce('sampling-table', bounds);
    const { code, out } = await reproduce('sampling-curves', [...bounds, '--resume']);
    expect(code).to.equal(0);
    expect(out)
      .to.include('made before')
      .and.to.match(/\nmnist on synthetic +epoch 1 +epoch 2\n/);
    expect(await readdir(path('runs'))).to.deep.equal([directory]);
  });

  it('frees its engine, and with --quiet prints nothing before the table', async () => {
    // As commands get it: imported while the program runs.
    const { Composition: used } = await import('../../src/di/composition.js');
    const dispose = used.prototype[Symbol.asyncDispose];
    let disposed = 0;
    used.prototype[Symbol.asyncDispose] = function (this: Composition) {
      disposed++;
      return dispose.call(this);
    };
    try {
      const { out } = await reproduce('sampling-table', [...bounds, '--quiet']);
      expect(disposed).to.equal(1);
      expect(out).to.match(/^\S/);
    } finally {
      used.prototype[Symbol.asyncDispose] = dispose;
    }
  });

  it('never touches the results of another study', async () => {
    await reproduce('sampling-table', bounds);
    await reproduce('sampling-table', bounds);
    expect((await readdir(path('runs'))).sort()).to.deep.equal([directory, `${directory}.2`]);
  });

  it('prints nothing but the result with --json', async () => {
    const { out, err } = await reproduce('sampling-table', [...bounds, '--json']);
    expect((JSON.parse(out) as SamplingStudy).rows).to.have.length(2);
    expect(err).to.include('Real data (upper bound): accuracy');
  });

  it('keeps the finished rows when it is interrupted, and says how to go on', async () => {
    let stop = (): void => undefined;
    const { out } = captured();
    const { code, err } = await reproduce('sampling-table', [...bounds, '--set', 'studentEpochs=300'], {
      out: {
        ...out,
        write(line) {
          if (line.includes('Real data')) stop();
        },
      },
      // A clock that stands still would never let the file system have its turn.
      clock: () => performance.now(),
      onInterrupt(listener) {
        stop = listener;
        return () => undefined;
      },
    });
    expect(code).to.equal(130);
    expect(err).to.include(`finished trials are kept in ${path('runs', directory)}`);
    expect(err).to.include('Go on with: reverie reproduce --resume');
    expect(await readdir(path('runs', directory, 'real-1'))).to.deep.equal(['result.json']);
    expect(await readdir(path('runs', directory, 'random-1'))).to.deep.equal([]);
  });

  for (const [what, parameters, message] of [
    ['rows of CIFAR on MNIST', ['--table', 'cifar-10', '--dataset', 'mnist'], 'name the data set'],
    ['a list of λ without --validate', ['--set', 'lambda=[0,1]'], 'add --validate'],
    ['an unknown choice', ['--set', 'lamda=1'], 'unknown key "lamda"'],
    ['a λ below 0', ['--set', 'lambda=-1'], '--set lambda'],
    ['an R below 2', ['--set', 'jumps=1'], '--set jumps'],
    ['an unknown row', ['--row', 'deeper-ae'], 'did you mean "deep-ae"?'],
    ['an unknown data set', ['--dataset', 'mnits'], 'did you mean "mnist"?'],
    ['an option that the data set does not take', ['--set', 'dataset.widht=3'], 'data set "synthetic"'],
    ['a budget that is none', ['--budget', 'large'], 'quick, paper'],
  ] as const) {
    it(`refuses ${what} before anything is written`, async () => {
      const { code, err } = await reproduce('sampling-table', parameters);
      expect(code).to.equal(2);
      expect(err).to.include(message);
      expect(await readdir(path('runs')).catch(() => [])).to.deep.equal([]);
    });
  }

  it('learns features from files, with the models that the paper has for them', async () => {
    await mkdir(path('features'));
    const rows = Array.from({ length: 20 }, (_, i) => [i % 2, i / 20, (i * 7) % 5]);
    for (const part of ['train', 'test']) {
      await writeFile(path('features', `x_${part}.npy`), floatNpy([20, 3], rows.flat()));
      await writeFile(
        path('features', `y_${part}.npy`),
        intNpy(
          [20],
          rows.map(([label = 0]) => label),
        ),
      );
    }
    const { code, out } = await called([
      ...['reproduce', 'sampling-table', '--table', 'cifar-100', '--dataset', 'features', '--engine', 'wasm'],
      ...['--set', `dataset.path=${path('features')}`, '--set', 'teacherEpochs=1', '--set', 'studentEpochs=1'],
      ...['--set', 'stepsPerEpoch=2', '--set', 'batch=10', '--out', path('runs'), ...bounds],
    ]);
    expect(code).to.equal(0);
    expect(out).to.match(
      /\ncifar-100 on features .*\nReal data \(upper bound\) +0\.750 .*\nRandom generator .* 0\.643 /,
    );
    const file = path('runs', 'sampling-cifar-100-features-quick-1', 'result.json');
    const { configuration } = JSON.parse(await readFile(file, 'utf8')) as SamplingStudy;
    expect(configuration).to.deep.include({ hidden: [1000] });
  });

  it('refuses to go on with rows of other choices', async () => {
    await reproduce('sampling-table', bounds);
    const { code, err } = await reproduce('sampling-table', [...bounds, '--resume', '--set', 'stepsPerEpoch=4']);
    expect(code).to.equal(2);
    expect(err).to.include('student.steps: 3 there, 4 here');
  });
});
