import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import type { Dataset, Samples } from '../../src/core/dataset.js';
import { checkDataset } from '../../src/data/check-dataset.js';
import { compose } from '../../src/di/composition.js';
import { captureError } from '../support/capture-error.js';

/** Two classes of two samples each, of two values. */
const samples = (values: readonly number[] = [0, 1, 0.5, 0, 1, 1, 0.25, 0], labels = [0, 1, 0, 1]): Samples =>
  arraySamples({ features: Float32Array.from(values), labels: Int32Array.from(labels), shape: [2] });

const fit: Dataset = { name: 'own', train: samples(), test: samples(), classes: [0, 1], source: 'Made here.' };

/** Samples of which one method or property is another. */
const changed = (more: Partial<Samples>): Samples => {
  const { size, shape, width } = fit.train;
  return {
    ...{ size, shape, width },
    label: (row) => fit.train.label(row),
    copyRows: (rows, out, at) => {
      fit.train.copyRows(rows, out, at);
    },
    select: (rows) => fit.train.select(rows),
    ...more,
  };
};

const unfit: readonly (readonly [what: string, changes: Partial<Dataset>, message: RegExp])[] = [
  ['NaN', { train: samples([0, 1, NaN, 0, 1, 1, 0, 0]) }, /training sample 1 \(from 0\) has NaN as value 0; expected/],
  ['infinity', { test: samples([0, 1, 0, 0, 1, 1, 0, Infinity]) }, /test sample 3 \(from 0\) has Infinity as value 1/],
  ['values beyond 1', { train: samples([0, 1, 0, 10_000, 1, 1, 0, 0]) }, /training sample 1 \(from 0\) has 10000/],
  ['rows that are not written', { train: changed({ copyRows: () => undefined }) }, /training sample 0 .* has NaN/],
  ['no samples', { test: samples([], []) }, /it has 0 test samples; expected at least 1/],
  ['a width that is not that of the shape', { train: changed({ width: 3 }) }, /shape \[2\] and 3 values each/],
  ['a shape that is none', { train: changed({ shape: [2, 0.5] }) }, /shape \[2,0\.5\]/],
  [
    'parts of different shapes',
    { test: arraySamples({ features: new Float32Array(2), labels: Int32Array.of(0, 1), shape: [1] }) },
    /training samples have the shape \[2\] and test samples \[1\]/,
  ],
  ['a label that is no class', { classes: [0, 2] }, /training sample 1 \(from 0\) has the label 1; expected one of/],
  ['a label that is no number', { train: changed({ label: () => NaN }) }, /has the label NaN/],
  ['classes that do not ascend', { classes: [1, 0] }, /its classes are not whole numbers from 0, ascending/],
  [
    'a class without test samples',
    { test: samples(undefined, [1, 1, 1, 1]), classNames: { 0: 'cat', 1: 'dog' } },
    /class 0 \(cat\) is empty, it has no test samples; .*numpy\.isin\(y, \["cat"\], invert=True\)/,
  ],
];

describe('the check of a data set', () => {
  it('lets one pass that is fit', () => {
    expect(() => {
      checkDataset(fit, 'own', true);
    }).not.to.throw();
  });

  for (const [what, changes, message] of unfit) {
    it(`refuses ${what}, for a run as for "data verify"`, async () => {
      const create = (): Dataset => ({ ...fit, ...changes });
      const composition = await compose({
        engine: 'auto',
        plugins: [{ datasets: { own: { summary: 'Own.', create } } }],
      });
      const error = await captureError(() => composition.dataset({ dataset: { name: 'own', options: {} } }));
      expect(error.code).to.equal('bad-data');
      expect(error.message)
        .to.match(message)
        .and.to.match(/^plug-in 1: data set "own": /);
    });
  }

  it('names the plug-in whose samples throw when they are read', async () => {
    const broken = changed({
      copyRows: () => {
        throw new TypeError('rows is not iterable');
      },
    });
    const own = { summary: 'Own.', create: () => ({ ...fit, train: broken }) };
    const composition = await compose({ engine: 'auto', plugins: [{ datasets: { own } }] });
    const error = await captureError(() => composition.dataset({ dataset: { name: 'own', options: {} } }));
    expect(error.code).to.equal('bad-plugin');
    expect(error.message).to.equal('plug-in 1: data set "own" cannot be read: rows is not iterable');
  });
});
