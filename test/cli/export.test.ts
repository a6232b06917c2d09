import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { topClasses } from '../../src/core/teacher.js';
import type { Tensor } from '../../src/core/tensor.js';
import { compose } from '../../src/di/composition.js';
import { readTensorFile, writeTensorFile } from '../../src/files/tensor-file.js';
import { loadScenario } from '../../src/scenarios/load-scenario.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { loadTfjs, outputsOfOnnx } from '../support/exported-models.js';
import { called, tiny } from './captured.js';

const plugIn = 'examples/nearest-mean.ts';

/** What a file says of itself, as far as the tests look. */
interface About {
  readonly classes: readonly number[];
  readonly sampleShape: readonly number[];
  readonly run: {
    readonly learner: string;
    readonly tasksLearnt: number;
    readonly finished: boolean;
    readonly accuracy: number;
  };
}

describe('reverie export', () => {
  const path = temporaryFolder();
  let made = '';

  // The runs are made once; each test has its own copy.
  before(async () => {
    made = await mkdtemp(join(tmpdir(), 'reverie-runs-'));
    const network = '{ hidden: [24], learningRate: 0.01 }';
    const learners = `learners=[{name: rehearsal, options: ${network}}, nearest-mean, {name: joint, options: ${network}}]`;
    const changes = ['--set', learners, '--set', 'training.iterations=100'];
    const { code } = await called(['run', tiny, '--engine', 'ort', '--out', made, '--plugin', plugIn, ...changes]);
    expect(code).to.equal(0);
  });
  after(async () => {
    await rm(made, { recursive: true });
  });

  /** A copy of the run of a learner. */
  async function runOf(learner: string): Promise<string> {
    await cp(join(made, `tiny-${learner}-1`), path(learner), { recursive: true });
    return path(learner);
  }

  const json = async <T>(...parts: string[]): Promise<T> => JSON.parse(await readFile(path(...parts), 'utf8')) as T;

  /** The test samples of the scenario, and the share of them for which these logits choose the right class. */
  async function testData() {
    const composition = await compose({ engine: 'cpu' });
    const { test } = await composition.dataset(await loadScenario(tiny, composition.catalogue));
    const data = new Float32Array(test.size * test.width);
    test.copyRows(
      Array.from({ length: test.size }, (_, row) => row),
      data,
    );
    return {
      x: { shape: [test.size, test.width], data },
      accuracy: (logits: Tensor | undefined, classes: readonly number[]) =>
        topClasses(logits?.data ?? new Float32Array(), classes, test.size).filter((label, i) => label === test.label(i))
          .length / test.size,
    };
  }

  it('writes the classifier and the decoder of the memory, which classify as the run did', async () => {
    const run = await runOf('rehearsal');
    const { code, out, err } = await called(['export', run, '--onnx', '--tfjs']);
    expect([code, err]).to.deep.equal([0, '']);
    expect(await readdir(path('rehearsal', 'export'), { recursive: true })).to.have.members([
      ...['classifier', 'classifier.json', 'classifier.onnx', 'decoder', 'decoder.json', 'decoder.onnx'],
      ...['classifier', 'decoder'].flatMap((name) => [join(name, 'model.json'), join(name, 'weights.bin')]),
    ]);
    const { run: about, classes, sampleShape } = await json<About>('rehearsal', 'export', 'classifier.json');
    expect(out).to.match(
      /^rehearsal, seed 1, after task 2, accuracy over samples (\S+) on the test data of its classes:\n/,
    );
    expect(out)
      .to.include(about.accuracy.toFixed(4))
      .and.to.match(/classifier\.onnx {2}\d/);
    expect(about).to.include({ learner: 'rehearsal', tasksLearnt: 2, finished: true });
    expect([classes, sampleShape]).to.deep.equal([[0, 1, 2, 3], [8]]);

    const { x, accuracy } = await testData();
    const onnx = await readFile(path('rehearsal', 'export', 'classifier.onnx'));
    expect(accuracy((await outputsOfOnnx(onnx, { x }))['logits'], classes)).to.equal(about.accuracy);
    const tfjs = await loadTfjs(path('rehearsal', 'export', 'classifier', 'model.json'));
    expect(accuracy(tfjs.outputs({ x })['logits'], classes)).to.equal(about.accuracy);
    expect(tfjs.metadata['classes']).to.deep.equal(classes);
    // Chance would be a quarter, a network that knows its last task alone a half.
    expect(about.accuracy).to.be.greaterThan(0.55);

    const code4 = { shape: [3, 4], data: new Float32Array(12) };
    const decoder = await readFile(path('rehearsal', 'export', 'decoder.onnx'));
    const { sample } = await outputsOfOnnx(decoder, { code: code4 });
    expect(sample?.shape).to.deep.equal([3, 8]);
    expect(sample?.data.every((value) => value > 0 && value < 1)).to.equal(true);
  });

  it('writes the same bytes again, wherever to', async () => {
    const run = await runOf('rehearsal');
    await called(['export', run, '--onnx', '--out', path('a')]);
    await called(['export', run, '--onnx', '--out', path('deep', 'er', 'my.onnx')]);
    expect(await readdir(path('deep', 'er'))).to.have.members([
      'my.onnx',
      'my.json',
      'my-decoder.onnx',
      'my-decoder.json',
    ]);
    for (const [one, other] of [
      ['classifier.onnx', 'my.onnx'],
      ['decoder.onnx', 'my-decoder.onnx'],
    ] as const) {
      expect((await readFile(path('a', one))).equals(await readFile(path('deep', 'er', other)))).to.equal(true);
    }
  });

  it('writes into a file for TensorFlow.js, with the weights next to it', async () => {
    await called(['export', await runOf('joint'), '--tfjs', '--out', path('web', 'digits.json')]);
    expect(await readdir(path('web'))).to.have.members(['digits.json', 'digits.weights.bin']);
    const { x } = await testData();
    expect((await loadTfjs(path('web', 'digits.json'))).outputs({ x })['logits']?.shape).to.deep.equal([40, 4]);
  });

  it('takes an interrupted run, and says so', async () => {
    const run = await runOf('rehearsal');
    await rm(path('rehearsal', 'result.json'));
    await rm(path('rehearsal', 'checkpoints', 'task-2.reverie'));
    const { code, out, err } = await called(['export', run, '--onnx']);
    expect(code).to.equal(0);
    expect(out).to.match(/^rehearsal, seed 1, after task 1, /);
    expect(err).to.equal(`warning: the run in ${run} is not finished; this is its learner as it was after task 1\n`);
    const { run: about, classes } = await json<About>('rehearsal', 'export', 'classifier.json');
    expect(about).to.include({ tasksLearnt: 1, finished: false });
    expect(classes).to.have.length(2);
  });

  it("takes a learner of one's own with its plug-in, and needs that", async () => {
    const run = await runOf('nearest-mean');
    const without = await called(['export', run, '--onnx']);
    expect(without.code).to.equal(2);
    expect(without.err).to.match(
      /"nearest-mean" is not known; known: .*; if a plug-in brought it, name that with --plugin\n$/,
    );
    expect((await called(['export', run, '--onnx', '--plugin', plugIn])).code).to.equal(0);
    const { run: about, classes } = await json<About>('nearest-mean', 'export', 'classifier.json');
    const { x, accuracy } = await testData();
    const onnx = await readFile(path('nearest-mean', 'export', 'classifier.onnx'));
    expect(accuracy((await outputsOfOnnx(onnx, { x }))['logits'], classes)).to.equal(about.accuracy);
  });

  it('refuses a learner that has diverged, by the names of its values, unless it is wanted all the same', async () => {
    const run = await runOf('joint');
    const file = path('joint', 'checkpoints', 'task-2.reverie');
    const { json: state, tensors } = await readTensorFile(file, '');
    const [name = ''] = Object.keys(tensors).filter((one) => one.endsWith('classifier/1/bias'));
    (tensors[name]?.data as Float32Array).set([NaN, Infinity]);
    await rm(file);
    await writeTensorFile(file, { json: state, tensors });
    const { code, err } = await called(['export', run, '--onnx', '--tfjs']);
    expect(code).to.equal(2);
    expect(err).to.match(
      /^reverie: "classifier" of learner "joint" has values that are NaN or infinite, in classifier\/1\/bias \(2 of 4\): .*--non-finite/,
    );
    expect(await readdir(path('joint'))).not.to.include('export');
    expect((await called(['export', run, '--onnx', '--non-finite'])).code).to.equal(0);
  });

  it('replaces nothing without --force', async () => {
    const run = await runOf('joint');
    await called(['export', run, '--onnx']);
    const file = path('joint', 'export', 'classifier.onnx');
    await rm(path('joint', 'export', 'classifier.json'));
    await writeFile(file, 'mine');
    const again = await called(['export', run, '--onnx']);
    expect(again).to.deep.equal({
      code: 2,
      out: '',
      err: `reverie: ${file} is there already; give --force to replace it, or another --out\n`,
    });
    expect(await readFile(file, 'utf8')).to.equal('mine');
    expect(await readdir(path('joint', 'export'))).to.deep.equal(['classifier.onnx']);
    expect((await called(['export', run, '--onnx', '--force'])).code).to.equal(0);
    expect((await readFile(file)).length).to.be.greaterThan(100);
  });

  /** What is wrong, how it comes about, the command behind `export`, and what is said of it. */
  const refused: readonly [string, () => Promise<readonly string[]>, RegExp][] = [
    ['no format', async () => [await runOf('joint')], /say into which format, --onnx or --tfjs/],
    [
      'a file of another format',
      async () => [await runOf('joint'), '--onnx', '--out', 'x.json'],
      /--onnx writes files that end in \.onnx/,
    ],
    ['no run', async () => [`${await runOf('joint')}t`, '--onnx'], /jointt is no directory.*did you mean .*joint\?/],
    ['the directory of all runs', () => Promise.resolve([made, '--onnx']), /holds no run: .*such as tiny-\S+-1 in it/],
    [
      'a run without a checkpoint',
      async () => {
        const run = await runOf('joint');
        await rm(path('joint', 'result.json'));
        await rm(path('joint', 'checkpoints'), { recursive: true });
        return [run, '--onnx'];
      },
      /has no checkpoint: no task was finished; go on with/,
    ],
    [
      'a finished run that lost its checkpoints',
      async () => {
        const run = await runOf('joint');
        await rm(path('joint', 'checkpoints'), { recursive: true });
        return [run, '--onnx'];
      },
      /has lost its checkpoints, and with them the learner; run the scenario again/,
    ],
    [
      'a damaged checkpoint',
      async () => {
        const run = await runOf('joint');
        const file = path('joint', 'checkpoints', 'task-2.reverie');
        const bytes = await readFile(file);
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
        await writeFile(file, bytes);
        return [run, '--onnx'];
      },
      /task-2\.reverie: is damaged.*; move it away to take the learner as it was after task 1, or run the scenario again/,
    ],
    [
      'a plug-in whose learner of that name offers nothing',
      async () => [await runOf('nearest-mean'), '--onnx', '--plugin', 'test/cli/plug-ins/offers-nothing.mjs'],
      /learner "nearest-mean" has nothing to export: it would have to offer "trainedFunctions"/,
    ],
    [
      'a plug-in whose learner of that name is another one',
      async () => [await runOf('nearest-mean'), '--onnx', '--plugin', 'test/cli/plug-ins/other-state.mjs'],
      /learner "nearest-mean" cannot be made again from .*task-2\.reverie, which reverie \S+ wrote: /,
    ],
  ];
  for (const [what, given, message] of refused) {
    it(`is refused, in one line and with nothing written, for ${what}`, async () => {
      const parameters = await given();
      const before = await readdir(path(), { recursive: true });
      const { code, out, err } = await called(['export', ...parameters]);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err)
        .to.match(/^reverie: [^\n]*\n$/)
        .and.to.match(message);
      expect(await readdir(path(), { recursive: true })).to.deep.equal(before);
    });
  }
});
