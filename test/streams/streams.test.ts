import { streams } from '../../src/streams/streams.js';
import { streamContract } from '../../src/testing/stream-contract.js';

const options = {
  'class-incremental': [
    { tasks: 3 },
    { tasks: 2, classOrder: 'random', repeat: 2, taskLabels: true },
    { tasks: [[0, 1], [2, 3], [0, 2]] }, // prettier-ignore
    { tasks: 3, repeat: 'forever' },
  ],
  'domain-incremental': [
    {},
    { domains: 2, identityFirst: false, taskLabels: true, repeat: 2 },
    { domains: 3, repeat: 'forever', samplesPerClass: { train: 3, test: 2 } },
  ],
} as const satisfies Record<keyof typeof streams, readonly unknown[]>;

for (const name of Object.keys(streams) as (keyof typeof streams)[]) {
  for (const some of options[name]) {
    streamContract(`${name} of ${JSON.stringify(some)}`, (context) => streams[name].make(some, context));
  }
}
