import { arraySamples } from '../../src/core/array-samples.js';
import { labelsOf, rowRange, type Samples } from '../../src/core/dataset.js';
import type { StreamContext } from '../../src/streams/context.js';
import { streams } from '../../src/streams/streams.js';
import { streamContract } from '../../src/testing/stream-contract.js';

const options = {
  'class-incremental': [
    { tasks: 3 },
    { tasks: 2, classOrder: 'random', repeat: 2, taskLabels: true },
    { tasks: [[0, 1], [2, 3], [0, 2]] }, // prettier-ignore
    { tasks: 3, repeat: 'forever' },
  ],
  'task-incremental': [{ tasks: 3 }, { tasks: 2, classOrder: 'random', repeat: 2 }],
  'domain-incremental': [
    {},
    { domains: 2, identityFirst: false, taskLabels: true, repeat: 2 },
    { domains: 3, repeat: 'forever', samplesPerClass: { train: 3, test: 2 } },
  ],
  'domain-split': [
    { tasks: 3 },
    { tasks: 2, classOrder: 'random', repeat: 2, taskLabels: true },
    { tasks: [[0, 3], [4, 1]], repeat: 'forever' }, // prettier-ignore
  ],
  'data-incremental': [{}, { pieces: 7, repeat: 2 }, { pieces: 3, samplesPerClass: { train: 3 }, repeat: 'forever' }],
  blurry: [
    { tasks: 3, experienceSize: 13 },
    { tasks: 2, disjoint: 100, classOrder: 'random' },
    { tasks: 3, disjoint: 0, blurred: 100, experienceSize: 25, samplesPerClass: { train: 9, test: 2 } },
  ],
} as const satisfies Record<keyof typeof streams, readonly unknown[]>;

/** The same samples as images, of 4 × 4. */
function pictures(context: StreamContext): StreamContext {
  const images = (samples: Samples): Samples => {
    const features = new Float32Array(samples.size * samples.width);
    samples.copyRows(rowRange(0, samples.size), features);
    return arraySamples({ features, labels: labelsOf(samples), shape: [4, 4, 1] });
  };
  const { dataset } = context;
  return { ...context, dataset: { ...dataset, train: images(dataset.train), test: images(dataset.test) } };
}

for (const angles of ['even', 'random', [0, 90, -30.5]] as const) {
  streamContract(`domain-incremental rotated by ${JSON.stringify(angles)}`, (context) =>
    streams['domain-incremental'].make({ domains: 3, transform: 'rotated', angles }, pictures(context)),
  );
}

for (const name of Object.keys(streams) as (keyof typeof streams)[]) {
  for (const some of options[name]) {
    streamContract(`${name} of ${JSON.stringify(some)}`, (context) => streams[name].make(some, context));
  }
}
