import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { decode } from 'fast-png';
import type { DreamReport } from '../../src/core/dream-report.js';
import { compose } from '../../src/di/composition.js';
import { seenSamples } from '../../src/di/seen-samples.js';
import { readSavedRun } from '../../src/experiment/saved-run.js';
import { writeFiles } from '../data/idx-bytes.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called, tiny } from './captured.js';
import { pictures, runOfRows } from './run-of-rows.js';

/** Values of a `.npy` file whose header is 128 bytes long. */
async function npy(file: string): Promise<{ readonly header: string; readonly values: readonly number[] }> {
  const bytes = await readFile(file);
  const whole = bytes.toString('latin1', 10, 128).includes("'<i4'");
  return {
    header: bytes.toString('latin1', 10, 128).trimEnd(),
    values: Array.from({ length: (bytes.length - 128) / 4 }, (_, i) =>
      whole ? bytes.readInt32LE(128 + 4 * i) : bytes.readFloatLE(128 + 4 * i),
    ),
  };
}

describe('reverie dream', () => {
  const path = temporaryFolder();
  let made = '';
  let data = '';
  let run = '';
  const quick = ['--engine', 'ort', '--dreams', '60', '--student-steps', '60'];

  before(async () => {
    [made, data, run] = await runOfRows();
  });
  after(async () => {
    await rm(made, { recursive: true });
    await rm(data, { recursive: true });
  });

  it('draws the walks: a row each, a column for the start and each jump', async () => {
    const { code, out, err } = await called(['dream', run, '--png', path('new', 'd.png'), '--count', '3']);
    expect([code, err]).to.deep.equal([0, '']);
    expect(out).to.match(
      /^rehearsal, seed 1, after task 2, accuracy over samples \S+ on .*; drawn with seed 1\n {2}\S+d\.png {2}.*B\n {2}rows: walks; /,
    );
    const { width, height } = decode(await readFile(path('new', 'd.png')));
    // Tiles of 4 · 14 = 56 pixels: a cell of 60 × 78, the numbers above 22, the margin 4.
    expect([width, height]).to.deep.equal([4 + 3 * 60, 22 + 3 * 78]);
  });

  it('writes dreams and their labels as NumPy arrays', async () => {
    const { code } = await called(['dream', run, '--npy', path('d.npy'), '--count', '40']);
    expect(code).to.equal(0);
    const [dreams, labels] = [await npy(path('d.npy')), await npy(path('d-labels.npy'))];
    expect(dreams.header).to.include("'shape': (40, 4, 4)");
    expect(labels.header).to.include("'shape': (40,)");
    // The latent sampler goes through the four classes in turn, and class c is bright in row c.
    const brightest = labels.values.map((_, i) => {
      const rows = [0, 1, 2, 3].map((row) =>
        dreams.values.slice(16 * i + 4 * row, 16 * i + 4 * row + 4).reduce((a, b) => a + b),
      );
      return rows.indexOf(Math.max(...rows));
    });
    const right = labels.values.filter((label, i) => label === brightest[i]).length;
    expect(right).to.be.at.least(36);
  });

  it('gives the same for the same seed, another for another, whatever else is asked for', async () => {
    const written = async (name: string, ...more: readonly string[]): Promise<Buffer> => {
      const { code } = await called(['dream', run, '--npy', path(`${name}.npy`), '--count', '5', ...more]);
      expect(code).to.equal(0);
      return readFile(path(`${name}.npy`));
    };
    const first = await written('first');
    expect(await written('again', '--png', path('again.png'))).to.deep.equal(first);
    expect(await written('seeded', '--seed', '1')).to.deep.equal(first);
    expect(await written('other', '--seed', '2')).not.to.deep.equal(first);
  });

  it('checks how healthy they are, each number with its definition', async () => {
    const { code, out, err } = await called(['dream', run, '--check', ...quick, '--data-dir', data]);
    expect([code, err]).to.deep.equal([0, '']);
    expect(out).to.match(/classes of 60 dreams, as the teacher takes them\n {3}0 {2}/);
    expect(out).to.match(/\nstudentAccuracy +[01]\.\d{4} +[01]\.\d{4}\n/);
    expect(out).to.match(/\nstudentAccuracy\n {2}Accuracy on real test samples of a new classifier/);
  });

  interface Printed extends DreamReport {
    readonly run: Readonly<Record<string, unknown>>;
    readonly seed: number;
  }

  async function report(...more: readonly string[]): Promise<Printed> {
    const { code, out } = await called(['dream', run, '--check', '--json', ...quick, ...more]);
    expect(code).to.equal(0);
    return JSON.parse(out) as Printed;
  }

  it('prints the report, and nothing else, as JSON', async () => {
    const { run: about, seed, count, classes, histogram, metrics, notes, version } = await report('--data-dir', data);
    expect(about).to.deep.equal({ learner: 'rehearsal', seed: 1, tasksLearnt: 2, finished: true });
    expect([version, seed, count, classes, notes]).to.deep.equal([1, 1, 60, [0, 1, 2, 3], []]);
    expect(histogram.reduce((a, b) => a + b)).to.equal(60);
    expect(metrics).to.have.all.keys(
      ...['divergence', 'classesMissing', 'teacherAgreement', 'teacherAgreementInRun', 'labelStability'],
      ...['diversity', 'diversityWithinClasses', 'attractors', 'attractorsSettled', 'attractorClasses'],
      ...['nearestReal', 'closerThanUnseen', 'reconstructionError', 'studentAccuracy'],
    );
    expect(metrics['teacherAgreement']?.value).to.equal(1);
    // Rows of bright pixels are distinguished by any classifier: from real samples in sixty steps without a mistake.
    expect(metrics['studentAccuracy']?.real).to.equal(1);
    expect(metrics['studentAccuracy']?.value).to.be.at.least(0.9);
  });

  it('compares with the samples that the run learnt from, and with all unseen ones', async () => {
    const composition = await compose({ engine: 'ort', dataDir: data });
    const { train, test } = await seenSamples(composition, await readSavedRun(run));
    // Of 50 training samples of each of four classes the scenario takes 30; of test samples all 10.
    expect([train.size, test.size]).to.deep.equal([120, 40]);
  });

  it('leaves the data set alone when asked to', async () => {
    const { metrics, notes } = await report('--no-data');
    expect(notes).to.have.length(1);
    expect(metrics).to.include.keys('attractors').and.not.to.have.any.keys('nearestReal', 'studentAccuracy');
  });

  it('needs nothing but the checkpoint to draw', async () => {
    await cp(run, path('interrupted'), { recursive: true });
    await rm(path('interrupted', 'result.json'));
    await rm(path('interrupted', 'checkpoints', 'task-2.reverie'));
    const { code, out, err } = await called(['dream', path('interrupted'), '--npy', path('d.npy')]);
    expect(code).to.equal(0);
    expect(out).to.match(/^rehearsal, seed 1, after task 1, /);
    expect(err).to.match(/^warning: the run in .*interrupted is not finished; .* after task 1\n$/);
    expect(new Set((await npy(path('d-labels.npy'))).values)).to.deep.equal(new Set([0, 1]));
  });

  it('replaces nothing without --force, not even the labels', async () => {
    await writeFile(path('d-labels.npy'), 'mine');
    const asked = ['dream', run, '--npy', path('d.npy')];
    expect(await called(asked)).to.deep.equal({
      code: 2,
      out: '',
      err: `reverie: ${path('d-labels.npy')} is there already; give --force to replace it, or another --npy\n`,
    });
    expect(await readdir(path())).to.deep.equal(['d-labels.npy']);
    expect((await called([...asked, '--force'])).code).to.equal(0);
    expect((await npy(path('d-labels.npy'))).values).to.have.length(64);
  });

  /** What is wrong, the command behind `dream`, and what is said of it. */
  const refused: readonly [string, () => readonly string[], RegExp][] = [
    ['nothing to make', () => [run], /dream: say what to make of the dreams, --png <file>, --npy <file> or --check/],
    [
      'JSON of nothing',
      () => [run, '--npy', path('d.npy'), '--json'],
      /--json prints the report of --check; give both/,
    ],
    [
      'a picture of another format',
      () => [run, '--png', path('d.jpg')],
      /--png .*d\.jpg: expected a file that ends in \.png/,
    ],
    ['arrays of another format', () => [run, '--npy', path('d.npz')], /--npy .*: expected a file that ends in \.npy/],
    [
      'a count of none',
      () => [run, '--png', path('d.png'), '--count', '0'],
      /Expected a whole number from 1 to 100000/,
    ],
    ['a sheet without end', () => [run, '--png', path('d.png'), '--count', '9999'], /pixels; give a smaller --count/],
    ['no run', () => [path('gone'), '--check'], /gone is no directory/],
    [
      'a learner without a memory',
      () => [join(made, 'rows-finetune-1'), '--check', '--no-data'],
      /learner "finetune" has no memory that dreams; give the run of one that has, such as rehearsal/,
    ],
    ['data that are not there', () => [run, '--check', ...quick], /data set "idx" needs a folder/],
    [
      'a place where nothing can be written',
      () => [run, '--npy', join(run, 'result.json', 'd.npy')],
      /cannot write .*: something of that name is in the way; choose another --npy/,
    ],
  ];
  for (const [what, given, message] of refused) {
    it(`is refused, with nothing written, for ${what}`, async () => {
      const { code, err } = await called(['dream', ...given()]);
      expect(code).to.equal(2);
      expect(err).to.match(message);
      expect(await readdir(path())).to.deep.equal([]);
    });
  }

  it('says that samples which are no pictures cannot be drawn, and writes them as numbers', async () => {
    const out = ['--engine', 'ort', '--out', path()];
    expect((await called(['run', tiny, '--learner', 'rehearsal', ...out])).code).to.equal(0);
    const tinyRun = path('tiny-rehearsal-1');
    const { code, err } = await called(['dream', tinyRun, '--png', path('d.png')]);
    expect(code).to.equal(2);
    expect(err).to.match(
      /^reverie: samples of shape \[8\] are no pictures, expected .*; --npy writes them as numbers\n$/,
    );
    expect((await called(['dream', tinyRun, '--npy', path('d.npy'), '--count', '3'])).code).to.equal(0);
    expect((await npy(path('d.npy'))).values).to.have.length(24);
  });

  it('says that a memory shows no walks, and writes its dreams all the same', async () => {
    const still = ['--plugin', 'test/cli/plug-ins/still-sampler.mjs', '--engine', 'ort'];
    const changes = ['--set', 'memory.sampler=still', '--set', 'training.iterations=2', '--learner', 'rehearsal'];
    const asked = ['run', join(data, 'rows.yaml'), '--out', path(), '--data-dir', data, ...changes, ...still];
    expect((await called(asked)).code).to.equal(0);
    const stillRun = path('rows-rehearsal-1');
    const { code, err } = await called(['dream', stillRun, '--png', path('d.png'), ...still]);
    expect(code).to.equal(2);
    expect(err).to.match(
      /^reverie: the memory of this run shows no walks, which --png draws: .*; --npy and --check do/,
    );
    expect((await called(['dream', stillRun, '--npy', path('d.npy'), ...still])).code).to.equal(0);
    expect(new Set((await npy(path('d.npy'))).values)).to.deep.equal(new Set([127.5]));
    // 0.5 as the learner saw it, in the bytes that the files hold.
    await called(['dream', stillRun, '--npy', path('d.npy'), '--bare', '--force', ...still]);
    expect(new Set((await npy(path('d.npy'))).values)).to.deep.equal(new Set([0.5]));
  });

  it('is refused where the data set is another one than was learnt', async () => {
    const [train, test] = [pictures(5, 1), pictures(5, 2)];
    const three = (all: Uint8Array): Uint8Array => all.map((value, at) => (at >= 8 && value === 3 ? 0 : value));
    await writeFiles(path(), {
      trainImages: train.images,
      trainLabels: three(train.labels),
      testImages: test.images,
      testLabels: three(test.labels),
    });
    const { code, err } = await called(['dream', run, '--check', ...quick, '--data-dir', path()]);
    expect(code).to.equal(2);
    expect(err).to.match(
      /the training part of data set "idx" has no class 3, but the run learnt samples of shape \[4, 4, 1\] and classes 0, 1, 2, 3; give the --data-dir that the run had, or --no-data\n$/,
    );
  });
});
