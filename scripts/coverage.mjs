// Measures which lines of src/ the tests run, and fails below the threshold.
//
// The TypeScript itself is instrumented, in a copy, before anything is transpiled: counters then stand for lines that a
// person wrote, and for none that esbuild or tsc put in. The copy, .cov/, is laid out like the repository, so that tests
// find scenarios, examples and fixtures where they always are, and child processes are counted like the rest.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lines = '90';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const copy = join(root, '.cov');
const rawCounts = join(root, '.nyc_output');
const nyc = join(root, 'node_modules/nyc/bin/nyc.js');
const mocha = join(root, 'node_modules/mocha/bin/mocha.js');

for (const old of [copy, rawCounts, join(root, 'coverage')]) rmSync(old, { recursive: true, force: true });
mkdirSync(copy);
run('instrument the sources', ['instrument', '--complete-copy', 'src', join(copy, 'src')]);
for (const file of ['test', 'examples', 'scenarios', 'package.json', 'tsconfig.json', '.mocharc.json']) {
  if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file), { recursive: true });
}
for (const folder of ['node_modules', 'dist']) {
  if (existsSync(join(root, folder))) symlinkSync(join(root, folder), join(copy, folder), 'junction');
}
const where = ['--cwd', root, '--temp-dir', rawCounts];
run(
  'pass the tests',
  [...where, '--instrument=false', '--silent', mocha, '--reporter', 'dot', ...process.argv.slice(2)],
  copy,
);
run('write the report', [...where, 'report', '--reporter=text', '--reporter=lcov']);
run(`reach ${lines} % of lines`, [...where, 'check-coverage', '--lines', lines]);

function run(aim, parameters, cwd = root) {
  const { status } = spawnSync(process.execPath, [nyc, ...parameters], { cwd, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`coverage: could not ${aim}, see above`);
  process.exit(1);
}
