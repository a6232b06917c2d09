import { expect } from 'chai';
import { labelsOf, rowRange, type Dataset } from '../core/dataset.js';
import type { Experience } from '../core/experience.js';
import { RandomStreams } from '../core/random.js';
import type { ContinualStream } from '../core/stream.js';
import { syntheticDataset } from '../data/synthetic.js';
import type { StreamContext } from '../streams/context.js';
import { describe, it } from './runner.js';

/** Six classes of images of 4 × 4. */
const dataset: Dataset = syntheticDataset({
  classes: 6,
  width: 16,
  trainPerClass: 20,
  testPerClass: 5,
  spread: 0.1,
  seed: 1,
});

/** Experiences of a stream without an end that are looked at. */
const enough = 20;

/**
 * What every stream must do; its suite is defined where this is called.
 *
 * @param make it of any data set
 */
export function streamContract(
  name: string,
  make: (context: StreamContext) => ContinualStream | Promise<ContinualStream>,
): void {
  describe(`stream ${name} keeps the contract`, () => {
    const stream = async (seed = 1) => make({ dataset, random: new RandomStreams(seed) });

    it('numbers its experiences from 1, has as many as it says, and gives samples of the classes it names', async () => {
      const made = await stream();
      const taken = await experiencesOf(made);
      expect(taken).to.have.length(made.length ?? enough);
      for (const [i, { index, train, classes }] of taken.entries()) {
        expect(index).to.equal(i + 1);
        expect(new Set(labelsOf(train))).to.deep.equal(new Set(classes));
      }
    });

    it('brings each class once, with the experience that has it first', async () => {
      const seen = new Set<number>();
      for (const { classes, newClasses } of await experiencesOf(await stream())) {
        expect([...newClasses].sort()).to.deep.equal(classes.filter((label) => !seen.has(label)).sort());
        for (const label of newClasses) seen.add(label);
      }
    });

    it('gives the same stream to each iteration, and to each maker with the same seed', async () => {
      const made = await stream();
      const first = described(await experiencesOf(made));
      expect(described(await experiencesOf(made))).to.deep.equal(first);
      expect(described(await experiencesOf(await stream()))).to.deep.equal(first);
    });

    it('measures test samples of classes that were brought by then, in the order in which they are seen', async () => {
      const made = await stream();
      const taken = await experiencesOf(made);
      expect(made.evaluation.length).to.be.greaterThan(0);
      let before = 1;
      for (const { samples, classes, seenFrom } of made.evaluation) {
        expect(seenFrom).to.be.within(before, taken.length);
        before = seenFrom;
        const brought = new Set(taken.slice(0, seenFrom).flatMap(({ newClasses }) => newClasses));
        expect(samples.size).to.be.greaterThan(0);
        expect(new Set(labelsOf(samples))).to.deep.equal(new Set(classes));
        expect(classes.every((label) => brought.has(label))).to.equal(true);
      }
    });

    it('gives task labels everywhere or nowhere, as it says', async () => {
      const made = await stream();
      const labels = [...(await experiencesOf(made)), ...made.evaluation].map(({ taskLabel }) => taskLabel);
      expect(labels.every((label) => (label !== undefined) === made.gives.taskLabels)).to.equal(true);
    });
  });
}

async function experiencesOf({ experiences, length }: ContinualStream): Promise<readonly Experience[]> {
  const taken: Experience[] = [];
  for await (const experience of experiences) {
    taken.push(experience);
    // One more than a stream says that it has shows that it has too many.
    if (taken.length === (length === undefined ? enough : length + 1)) break;
  }
  return taken;
}

function described(experiences: readonly Experience[]): readonly unknown[] {
  return experiences.map(({ index, classes, newClasses, taskLabel, train }) => {
    const values = new Float32Array(train.size * train.width);
    train.copyRows(rowRange(0, train.size), values);
    return { index, classes, newClasses, taskLabel, labels: labelsOf(train), values };
  });
}
