import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import { labelsOf, rowRange, type Dataset, type Samples } from '../../src/core/dataset.js';
import type { Experience } from '../../src/core/experience.js';
import { RandomStreams } from '../../src/core/random.js';
import { domainIncrementalOptions, domainIncrementalStream } from '../../src/streams/domain-incremental.js';
import { captureError } from '../support/capture-error.js';

type Options = Parameters<typeof domainIncrementalStream>[0];

const width = 50;

/** Value j of row i is 100 i + j, so that a value says where it comes from. */
const samples = (labels: readonly number[]): Samples =>
  arraySamples({
    features: Float32Array.from({ length: labels.length * width }, (_, k) => 100 * Math.floor(k / width) + (k % width)),
    labels: Int32Array.from(labels),
    shape: [width],
  });

const dataset: Dataset = {
  name: 'rows',
  train: samples([0, 1, 1, 0, 2]),
  test: samples([2, 1, 0]),
  classes: [0, 1, 2],
  source: 'Made for a test.',
};

const streamOf = (options: Partial<Options> = {}, seed = 1) =>
  domainIncrementalStream(
    { domains: 3, identityFirst: true, ...options },
    { dataset, random: new RandomStreams(seed) },
  );

async function experiencesOf(options: Partial<Options> = {}, seed = 1): Promise<readonly Experience[]> {
  const taken: Experience[] = [];
  for await (const experience of streamOf(options, seed).experiences) taken.push(experience);
  return taken;
}

function rowOf(from: Samples | undefined, row: number): readonly number[] {
  const out = new Float32Array(width);
  from?.copyRows([row], out);
  return [...out];
}

const inOrder = Array.from({ length: width }, (_, j) => j);

describe('the domain-incremental stream', () => {
  it('has all classes in each experience, of which the first alone brings them, and a test set for each domain', async () => {
    const taken = await experiencesOf();
    expect(
      taken.map(({ index, classes, newClasses, train }) => [index, classes, newClasses, train.size]),
    ).to.deep.equal([
      [1, [0, 1, 2], [0, 1, 2], 5],
      [2, [0, 1, 2], [], 5],
      [3, [0, 1, 2], [], 5],
    ]);
    const { evaluation, length } = streamOf();
    expect(length).to.equal(3);
    expect(evaluation.map(({ name, seenFrom, samples }) => [name, seenFrom, samples.size])).to.deep.equal([
      ['inputs as they are', 1, 3],
      ['permutation 2', 2, 3],
      ['permutation 3', 3, 3],
    ]);
  });

  it('permutes each domain by an order of its own: the same for all rows, and for training and test', async () => {
    const [first, second, third] = await experiencesOf();
    expect(rowOf(first?.train, 1)).to.deep.equal(inOrder.map((j) => 100 + j));
    const order = rowOf(second?.train, 0);
    expect(order).not.to.deep.equal(inOrder);
    expect(order.toSorted((a, b) => a - b)).to.deep.equal(inOrder);
    expect(rowOf(second?.train, 3)).to.deep.equal(order.map((j) => 300 + j));
    expect(rowOf(streamOf().evaluation[1]?.samples, 2)).to.deep.equal(order.map((j) => 200 + j));
    expect(rowOf(third?.train, 0)).not.to.deep.equal(order);
    expect(Array.from({ length: 5 }, (_, row) => second?.train.label(row))).to.deep.equal([0, 1, 1, 0, 2]);
  });

  it('permutes views, and several rows at once, as it permutes one', async () => {
    const [, second] = await experiencesOf();
    const order = rowOf(second?.train, 0);
    const out = new Float32Array(3 * width).fill(-1);
    second?.train.select([4, 2]).copyRows([1, 0], out, 1);
    expect([...out.subarray(0, width)]).to.deep.equal(inOrder.map(() => -1));
    expect([...out.subarray(width)]).to.deep.equal([...order.map((j) => 200 + j), ...order.map((j) => 400 + j)]);
  });

  it('takes its orders from the seed; one of a domain does not depend on what the others are', async () => {
    const order = async (options: Partial<Options>, seed: number) =>
      rowOf((await experiencesOf(options, seed))[1]?.train, 0);
    const known = await order({}, 1);
    expect(await order({ domains: 2, identityFirst: false }, 1)).to.deep.equal(known);
    expect(await order({}, 2)).not.to.deep.equal(known);
    const [first] = await experiencesOf({ identityFirst: false });
    expect(rowOf(first?.train, 0)).not.to.deep.equal(inOrder);
  });

  it('gives no task label unless it is asked to', async () => {
    const [first] = await experiencesOf();
    expect(Object.keys(first ?? {}).sort()).to.deep.equal(['classes', 'index', 'newClasses', 'train']);
    const labels = (await experiencesOf({ taskLabels: true, repeat: 2 })).map(({ taskLabel }) => taskLabel);
    expect(labels).to.deep.equal([1, 2, 3, 1, 2, 3]);
    expect(streamOf({ taskLabels: true }).evaluation.map(({ taskLabel }) => taskLabel)).to.deep.equal([1, 2, 3]);
  });

  it('takes the first so many samples of each class, and refuses a data set with a class that is not measured', async () => {
    const [first] = await experiencesOf({ samplesPerClass: { train: 1 } });
    expect(first?.train.size).to.equal(3);
    const lacking = { ...dataset, test: samples([0, 1]) };
    const error = await captureError(() =>
      domainIncrementalStream({ domains: 2, identityFirst: true }, { dataset: lacking, random: new RandomStreams(1) }),
    );
    expect(error.message).to.include('class 2 of data set "rows" has no test samples');
  });

  describe('rotated', () => {
    // 2 × 25 pixels.
    const image = (flat: Samples): Samples => {
      const features = new Float32Array(flat.size * width);
      flat.copyRows(rowRange(0, flat.size), features);
      return arraySamples({ features, labels: labelsOf(flat), shape: [2, 25, 1] });
    };
    const pictures = { ...dataset, train: image(dataset.train), test: image(dataset.test) };
    const rotated = (options: Partial<Options>, seed = 1) =>
      domainIncrementalStream(
        { domains: 3, identityFirst: true, transform: 'rotated', ...options },
        { dataset: pictures, random: new RandomStreams(seed) },
      );
    const namesOf = (options: Partial<Options>, seed?: number) =>
      rotated(options, seed).evaluation.map(({ name }) => name);

    it('turns each domain by its own angle: even ones, listed ones, or random ones by the seed', () => {
      expect(namesOf({})).to.deep.equal(['inputs as they are', 'rotation 60°', 'rotation 120°']);
      expect(namesOf({ angles: [180, -12.5, 0] })).to.deep.equal([
        'rotation 180°',
        'rotation -12.5°',
        'inputs as they are',
      ]);
      const random = namesOf({ angles: 'random' });
      expect(random[0]).to.equal('inputs as they are');
      expect(namesOf({ angles: 'random' })).to.deep.equal(random);
      expect(namesOf({ angles: 'random' }, 2)).not.to.deep.equal(random);
      expect(namesOf({ angles: 'random', identityFirst: false })[0]).to.match(/^rotation/);
      const [half] = rotated({ angles: [180, 0, 0] }).evaluation;
      expect(rowOf(half?.samples, 0)).to.deep.equal(inOrder.toReversed());
    });

    it('turns training samples as it turns test samples', async () => {
      for await (const { train, index } of rotated({ angles: [0, 180, 180] }).experiences) {
        expect(rowOf(train, 0)).to.deep.equal(index === 1 ? inOrder : inOrder.toReversed());
      }
    });

    it('refuses a list that is not as long as there are domains, what is no image, and angles of permutations', async () => {
      const short = await captureError(() => rotated({ angles: [1, 2] }));
      expect(short.message).to.match(/2 angles are given for 3 domains; .* give domains: 2/);
      const flat = await captureError(() => streamOf({ transform: 'rotated' }));
      expect(flat.message).to.match(/cannot be rotated/);
      const { error } = domainIncrementalOptions.safeParse({ angles: 'even' });
      expect(error?.issues[0]?.message).to.match(/are of transform: rotated/);
    });
  });
});
