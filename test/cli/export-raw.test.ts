import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { topClasses } from '../../src/core/teacher.js';
import type { Tensor } from '../../src/core/tensor.js';
import { idxBytes, writeFiles } from '../data/idx-bytes.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { loadTfjs, outputsOfOnnx } from '../support/exported-models.js';
import { featureFiles, measurements, pictures, rawRows, type RawKind, type RawRows } from '../support/raw-data.js';
import { called, tiny } from './captured.js';

interface About {
  readonly classes: readonly number[];
  readonly classNames: readonly string[];
  readonly scale: { readonly inside: boolean } | null;
  readonly inputs: readonly { readonly shape: readonly unknown[] }[];
  readonly run: { readonly accuracy: number };
}

const script = fileURLToPath(new URL('../../scripts/check-export.py', import.meta.url));
/** A Python that may have onnxruntime: `python3`, or another one by this variable. */
const python = process.env['REVERIE_TEST_PYTHON'] ?? 'python3';

interface Case {
  readonly kind: RawKind;
  /** What the scenario says of the data set. */
  readonly dataset: string;
  /** What of the learner's options is other than a small perceptron, as the scenario has it. */
  readonly options?: string;
  readonly write: (folder: string, train: RawRows, test: RawRows) => Promise<void>;
}

const npyFolder =
  (kind: RawKind): Case['write'] =>
  async (folder, train, test) => {
    for (const [name, bytes] of Object.entries(featureFiles(kind, train, test))) {
      await writeFile(`${folder}/${name}`, bytes);
    }
  };

const units: Case = {
  kind: measurements,
  dataset: '{ name: features, options: { path: . } }',
  write: npyFolder(measurements),
};

const cases: Readonly<Record<string, Case>> = {
  'measurements in units of their own': units,
  'pictures in IDX files': {
    kind: pictures([4, 4]),
    dataset: 'idx',
    write: async (folder, train, test) => {
      const images = ({ x, labels }: RawRows): Uint8Array => idxBytes([labels.length, 4, 4], x);
      await writeFiles(folder, {
        trainImages: images(train),
        trainLabels: idxBytes([train.labels.length], train.labels),
        testImages: images(test),
        testLabels: idxBytes([test.labels.length], test.labels),
      });
    },
  },
  'colour pictures of bytes in NumPy files': {
    kind: pictures([4, 4, 3]),
    dataset: '{ name: features, options: { path: ., scaling: min-max-all } }',
    write: npyFolder(pictures([4, 4, 3])),
  },
  'the same, learnt by a residual network': {
    kind: pictures([4, 4, 3]),
    dataset: '{ name: features, options: { path: ., scaling: min-max-all } }',
    options: '{ learningRate: 0.01, network: { name: resnet-small, options: { channels: [8, 8] } } }',
    write: npyFolder(pictures([4, 4, 3])),
  },
};

describe('an exported classifier works alone', () => {
  const path = temporaryFolder();

  /** A run on data of this kind; its directory, and the test rows as they lie in the files. */
  async function runOn({ kind, dataset, write, options = '{hidden: [24], learningRate: 0.01}' }: Case) {
    const [train, test] = [rawRows(kind, 60, 1), rawRows(kind, 20, 2)];
    await mkdir(path('data'));
    await write(path('data'), train, test);
    const network = `learners=[{name: joint, options: ${options}}]`;
    const { code, err } = await called([
      ...['run', tiny, '--engine', 'ort', '--out', path('runs'), '--data-dir', path('data')],
      ...['--set', `dataset=${dataset}`, '--set', network, '--set', 'training.iterations=60'],
    ]);
    expect([code, err]).to.deep.equal([0, '']);
    const x: Tensor = { shape: [test.labels.length, ...kind.shape], data: Float32Array.from(test.x) };
    return { run: path('runs', 'tiny-joint-1'), x, labels: test.labels };
  }

  const aboutIn = async (folder: string): Promise<About> =>
    JSON.parse(await readFile(`${folder}/classifier.json`, 'utf8')) as About;

  function accuracyOf(logits: Tensor | undefined, { classes }: About, labels: readonly number[]): number {
    const chosen = topClasses(logits?.data ?? new Float32Array(), classes, labels.length);
    return labels.filter((label, row) => label === chosen[row]).length / labels.length;
  }

  for (const [what, one] of Object.entries(cases)) {
    it(`on rows as they lie in the files, as the run did, in ONNX Runtime and TensorFlow.js: ${what}`, async () => {
      const { run, x, labels } = await runOn(one);
      expect((await called(['export', run, '--onnx', '--tfjs'])).code).to.equal(0);
      const about = await aboutIn(`${run}/export`);
      // Chance is a quarter.
      expect(about.run.accuracy).to.be.greaterThan(0.9);
      expect(about.inputs[0]?.shape).to.deep.equal(['batch', ...one.kind.shape]);
      const onnx = await readFile(`${run}/export/classifier.onnx`);
      expect(accuracyOf((await outputsOfOnnx(onnx, { x }))['logits'], about, labels)).to.equal(about.run.accuracy);
      const tfjs = await loadTfjs(`${run}/export/classifier/model.json`);
      expect(accuracyOf(tfjs.outputs({ x })['logits'], about, labels)).to.equal(about.run.accuracy);
      expect(tfjs.metadata['classNames']).to.deep.equal(about.classes.map(String));
    });

    it(`in Python, on the files themselves: ${what}`, async function () {
      if (spawnSync(python, ['-c', 'import numpy, onnxruntime']).status !== 0) {
        console.log(`      skipped: ${python} has no numpy and onnxruntime; REVERIE_TEST_PYTHON names another Python`);
        this.skip();
      }
      const { run } = await runOn(one);
      await called(['export', run, '--onnx']);
      const { stdout } = await promisify(execFile)(python, [script, `${run}/export`, path('data')]);
      expect(stdout).to.match(/^the run [01]\.\d{4}, the exported file on raw rows [01]\.\d{4}, 80 rows/);
    });
  }

  it('as the bare network on values that the learner saw, which raw ones are not', async () => {
    const { run, x, labels } = await runOn(units);
    expect((await called(['export', run, '--onnx', '--bare'])).code).to.equal(0);
    const about = await aboutIn(`${run}/export`);
    expect(about.scale?.inside).to.equal(false);
    const onnx = await readFile(`${run}/export/classifier.onnx`);
    const { offset, range } = about.scale as unknown as { readonly offset: number[]; readonly range: number[] };
    const seen = x.data.map((value, i) => {
      const [low = 0, extent = 0] = [offset[i % 5], range[i % 5]];
      return extent === 0 ? 0 : Math.min(1, Math.max(0, (value - low) / extent));
    });
    const scaled = await outputsOfOnnx(onnx, { x: { shape: x.shape, data: seen } });
    expect(accuracyOf(scaled['logits'], about, labels)).to.equal(about.run.accuracy);
    expect(accuracyOf((await outputsOfOnnx(onnx, { x }))['logits'], about, labels)).to.be.lessThan(0.6);
  });

  it('next to a decoder, and dreams, that give what lies in the files', async () => {
    const { run } = await runOn(units);
    const rehearsal = '{ name: rehearsal, options: { hidden: [24], learningRate: 0.01 } }';
    await called([
      ...['run', tiny, '--engine', 'ort', '--out', path('runs'), '--data-dir', path('data')],
      ...['--set', 'dataset={ name: features, options: { path: . } }', '--set', `learners=[${rehearsal}]`],
    ]);
    const other = run.replace('joint', 'rehearsal');
    await called(['export', other, '--onnx']);
    const decoder = await readFile(`${other}/export/decoder.onnx`);
    const code = { shape: [3, 4], data: Float32Array.from({ length: 12 }, (_, i) => i - 6) };
    const { sample } = await outputsOfOnnx(decoder, { code });
    expect(sample?.shape).to.deep.equal([3, 5]);
    await called(['dream', other, '--engine', 'ort', '--npy', path('d.npy'), '--count', '7']);
    const bytes = await readFile(path('d.npy'));
    const dreams = Array.from({ length: 7 * 5 }, (_, i) => bytes.readFloatLE(128 + 4 * i));
    for (const values of [[...(sample?.data ?? [])], dreams]) {
      expect(values.length).to.be.greaterThan(0);
      values.forEach((value, i) => {
        // Within what the training rows hold: means and ±4 deviations of measurements, and the constant itself.
        const bounds = [
          [1.7e9 - 4e4, 1.7e9 + 28e4],
          [-4e-6, 28e-6],
          [-52, 44],
          [7, 7],
          [0, 16000],
        ] as const;
        const [least, most] = bounds[i % 5] ?? [0, 0];
        expect(value, `value ${i}`).to.be.within(least, most);
      });
    }
  });
});
