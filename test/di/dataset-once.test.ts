import { expect } from 'chai';
import { z } from 'zod';
import { definePart } from '../../src/core/part.js';
import { syntheticDataset, syntheticOptions } from '../../src/data/synthetic.js';
import { compose } from '../../src/di/composition.js';

describe('the data set of a composition', () => {
  it('is made once for all runs that name it with the same options', async () => {
    const made: number[] = [];
    const counted = definePart({
      summary: 'Counts how often it is made.',
      options: z.strictObject({ classes: z.int() }),
      create: ({ classes }) => {
        made.push(classes);
        return syntheticDataset(syntheticOptions.parse({ classes }));
      },
    });
    const composition = await compose({ engine: 'cpu', plugins: [{ datasets: { counted } }] });
    const of = (classes: number) => composition.dataset({ dataset: { name: 'counted', options: { classes } } });
    const [first, second, other] = [await of(2), await of(2), await of(3)];
    expect(second).to.equal(first);
    expect(other.classes).to.have.length(3);
    expect(made).to.deep.equal([2, 3]);
  });

  it('is tried again where it could not be made', async () => {
    let tries = 0;
    const late = definePart({
      summary: 'Is there at the second try.',
      options: z.strictObject({}),
      create: () => {
        if (++tries === 1) throw new Error('not there yet');
        return syntheticDataset(syntheticOptions.parse({}));
      },
    });
    const composition = await compose({ engine: 'cpu', plugins: [{ datasets: { late } }] });
    const load = () => composition.dataset({ dataset: { name: 'late', options: {} } });
    expect(await load().catch(() => 'failed')).to.equal('failed');
    expect(await load()).to.have.property('name', 'synthetic');
  });
});
