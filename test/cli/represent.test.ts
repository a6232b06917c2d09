import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { EncoderStudy } from '../../src/studies/encoders/encoder-result.js';
import type { CliContext } from '../../src/cli/cli-context.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called, captured } from './captured.js';

const path = temporaryFolder();

/** Blobs of eight values: a trial in a moment. */
const tiny = `name: tiny
dataset: {name: synthetic, options: {classes: 3, width: 8, trainPerClass: 20, testPerClass: 15}}
samples: {train: 60, test: 30}
autoencoders: [{name: vanilla, options: {hidden: [6], latent: 2}}]
encoders: [identity, {name: icrst, p: 0.5}]
probes: [{name: knn, options: {k: 3}}]
training: {epochs: 1, batchSize: 20}
seeds: [1, 2]
`;

async function represent(parameters: readonly string[], changes: Partial<CliContext> = {}) {
  await writeFile(path('tiny.yaml'), tiny);
  const given = ['represent', path('tiny.yaml'), '--engine', 'wasm', '--out', path('runs'), ...parameters];
  return called(given, { command: 'reverie represent tiny.yaml', ...changes });
}

describe('reverie represent', () => {
  it('prints a line for each encoder and a column for each probe, and says where the results are', async () => {
    const { code, out } = await represent([]);
    expect(code).to.equal(0);
    expect(out).to.match(/^tiny: 2 arms on data set synthetic, seeds 1, 2, engine wasm\n/);
    expect(out).to.match(/\nclasses: accuracy +knn +knn, points +p knn\n/);
    expect(out).to.match(/\nvanilla, identity +\d\.\d{4} ± \d\.\d{4} +– +–\n/);
    expect(out).to.match(/\nvanilla, icrst p=0\.5 +\d\.\d{4} ± \d\.\d{4} +[-+]?\d+\.\d\d ± /);
    expect(out).to.include(`results:\n  ${path('runs', 'tiny')}\n`);
    const saved = JSON.parse(await readFile(path('runs', 'tiny', 'result.json'), 'utf8')) as EncoderStudy;
    expect(saved.trials).to.have.length(4);
    expect(saved.configuration).to.deep.include({ seeds: [1, 2] });
  });

  it('shows another measure of finished trials with --resume, without training anything', async () => {
    await represent([]);
    const { code, out } = await represent(['--resume', '--measure', 'macroF1']);
    expect(code).to.equal(0);
    expect(out).to.include('made before').and.to.include('classes: macro-F1');
    expect(await readdir(path('runs'))).to.deep.equal(['tiny']);
  });

  it('keeps codes as NumPy arrays, and nothing where nobody asks', async () => {
    const { out } = await represent(['--codes', '--quiet']);
    // Nothing stands before its table.
    expect(out).to.match(/^classes: accuracy/);
    expect(await readdir(path('runs', 'tiny', 'vanilla-identity-2'))).to.have.length(5);
    const codes = await readFile(path('runs', 'tiny', 'vanilla-identity-1', 'test-codes.npy'));
    expect(codes.subarray(0, 128).toString('latin1')).to.include("'shape': (30, 2)");
    await represent(['--quiet']);
    expect(await readdir(path('runs', 'tiny.2', 'vanilla-identity-1'))).to.deep.equal(['result.json']);
  });

  it('prints nothing but the result with --json', async () => {
    const { out, err } = await represent(['--json']);
    expect((JSON.parse(out) as EncoderStudy).arms).to.have.length(2);
    expect(err).to.include('vanilla, identity, seed 1: knn');
  });

  it('warns before anything is trained', async () => {
    const inOrder: string[] = [];
    const { out, err } = captured();
    const noting = (kind: string): Pick<CliContext['out'], 'write'> => ({
      write: (text) => void inOrder.push(`${kind}: ${text}`),
    });
    await represent(['--set', 'dataset.options.trainPerClass=1'], {
      out: { ...out, ...noting('out') },
      err: { ...err, ...noting('err') },
    });
    const warned = inOrder.findIndex(
      (text) => text.startsWith('err: warning: ') && text.includes('only one sample of class 0, 1, 2'),
    );
    const trained = inOrder.findIndex((text) => text.includes('seed 1: knn'));
    expect(warned).to.be.greaterThan(-1).and.lessThan(trained);
  });

  it('keeps the finished trials when it is interrupted, and says how to go on', async () => {
    let stop = (): void => undefined;
    const { out } = captured();
    const { code, err } = await represent(['--set', 'training.epochs=300'], {
      out: {
        ...out,
        write(line) {
          if (line.includes('identity, seed 1: knn')) stop();
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
    expect(err).to.include('Go on with: reverie represent tiny.yaml --resume');
    expect(await readdir(path('runs', 'tiny', 'vanilla-identity-1'))).to.deep.equal(['result.json']);
    expect(await readdir(path('runs', 'tiny', 'vanilla-identity-2'))).to.deep.equal([]);
  });

  it('refuses to go on with trials of other choices', async () => {
    await represent([]);
    const { code, err } = await represent(['--resume', '--set', 'training.epochs=2']);
    expect(code).to.equal(2);
    expect(err).to.include('training.epochs: 1 there, 2 here');
  });

  it('gives the same with --workers 2, in processes of their own', async function () {
    // Each starts a Node that compiles TypeScript.
    this.timeout(120_000);
    const results = async (parameters: readonly string[]): Promise<readonly unknown[]> => {
      const { code, out, err } = await represent(['--json', ...parameters]);
      expect(code, err).to.equal(0);
      const { trials, summary } = JSON.parse(out) as EncoderStudy;
      return [trials.map((trial) => ({ ...trial, seconds: 0 })), summary];
    };
    expect(await results(['--workers', '2'])).to.deep.equal(await results([]));
  });

  it('refuses to go on with a study of version 0.1', async () => {
    await mkdir(path('runs', 'tiny', 'cells'), { recursive: true });
    const { code, err } = await represent(['--resume']);
    expect(code).to.equal(2);
    expect(err).to.include('is of reverie 0.1').and.to.include('without --resume');
  });

  for (const [what, parameters, message] of [
    ['a p outside [0, 1]', ['--set', 'encoders.1.p=1.5'], '--set encoders.1.p=1.5 encoders.1.p: '],
    ['a latent width of 0', ['--set', 'autoencoders.0.options.latent=0'], 'expected at least 1, given 0'],
    ['an unknown probe', ['--set', 'probes=[linaer]'], 'did you mean "linear"?'],
    ['an unknown kind of map', ['--maps', 'pca,som'], '"som" is no kind of map; expected pca, tsne, umap'],
    ['a turn of what is no picture', ['--set', 'domains=[rotated]'], 'domain "rotated" turns pictures'],
    ['a class in no group', ['--set', 'groups.half=[[0], [1]]'], 'class 2 is in none of them'],
  ] as const) {
    it(`refuses ${what} before anything is written`, async () => {
      const { code, err } = await represent(parameters);
      expect(code).to.equal(2);
      expect(err).to.include(message);
      expect(await readdir(path('runs')).catch(() => [])).to.deep.equal([]);
    });
  }

  it('puts a probe of a plug-in on the codes, next to its own', async () => {
    const plugin = fileURLToPath(new URL('./plug-ins/majority-probe.mjs', import.meta.url));
    const { code, out } = await represent([
      '--plugin',
      plugin,
      '--set',
      'probes=[majority, knn]',
      '--set',
      'groups.two=[[0], [1, 2]]',
    ]);
    expect(code).to.equal(0);
    expect(out).to.match(/\nclasses: accuracy +majority +knn +majority, points/);
    // All 20 samples of each class are learnt from: two in three are of the second group. Chance has no spread to test.
    expect(out).to.match(
      /\ntwo: accuracy [^\n]*\nvanilla, identity +0\.\d{4} ± [^\n]*\nvanilla, icrst p=0\.5 [^\n]* 0\.00 ± 0\.00 /,
    );
  });

  it('sends a scenario for run to run, and an encoder study to represent', async () => {
    expect((await called(['represent', 'smoke'])).err).to.include('"smoke" is one for "reverie run"');
    expect((await called(['run', 'represent-smoke'])).err).to.include('is one for "reverie represent"');
  });
});

describe('reverie reproduce encoders', () => {
  const small = ['train=40', 'test=20', 'probe=40', 'hidden=[4]', 'latent=2', 'epochs=1', 'seeds=1', 'probes=["knn"]'];
  const reproduce = (parameters: readonly string[]) =>
    called(
      ['reproduce', 'encoders', '--engine', 'wasm', '--out', path('runs'), ...parameters].concat(
        small.flatMap((choice) => ['--set', choice]),
      ),
    );

  it('prints ours next to the figures of the paper, and each target that it leaves open', async function () {
    this.timeout(60_000);
    const { code, out, err } = await reproduce(['--arm', 'AE', '--arm', 'ICRST p=0.5']);
    expect(code).to.equal(0);
    expect(out).to.match(/\nclasses: accuracy +knn +paper +knn, points +p knn\n/);
    expect(out).to.match(/\nICRST p=0\.5 +\d\.\d{4} +0\.97 /);
    for (const target of ['odd-even', 'inverted', 'rotated 45°']) expect(out).to.include(`\n${target}: accuracy`);
    expect(err).to.include("warning: the paper's figures took all samples");
    expect(await readdir(path('runs'))).to.deep.equal(['encoders-mnist-quick-1']);
  });

  for (const [what, parameters, message] of [
    ['an unknown arm', ['--arm', 'icrst'], 'arm "icrst" is not known'],
    ['an unknown choice', ['--set', 'laten=3'], 'unknown key "laten"; known: train'],
    ['an unknown probe', ['--set', 'probes=["svn"]'], 'did you mean "svm"?'],
    ['a table that is none', ['--table', 'cifar'], 'mnist, fashion-mnist'],
  ] as const) {
    it(`refuses ${what} before anything is written`, async () => {
      const { code, err } = await called(['reproduce', 'encoders', '--out', path('runs'), ...parameters]);
      expect(code).to.equal(2);
      expect(err).to.include(message);
      expect(await readdir(path('runs')).catch(() => [])).to.deep.equal([]);
    });
  }
});
