// Measures which lines of src/ the tests run, and fails below the threshold.
//
// The TypeScript itself is instrumented, in a copy, before anything is transpiled: counters then stand for lines that a
// person wrote, and for none that esbuild or tsc put in. The copy, .cov/, is laid out like the repository, so that tests
// find scenarios, examples and fixtures where they always are, and child processes are counted like the rest.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lines = '90';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const copy = join(root, '.cov');
const rawCounts = join(root, '.nyc_output');
const { resolve } = createRequire(import.meta.url);
const nyc = resolve('nyc/bin/nyc.js');
const mocha = resolve('mocha/bin/mocha.js');

for (const old of [copy, rawCounts, join(root, 'coverage')]) rmSync(old, { recursive: true, force: true });
mkdirSync(copy);
run('instrument the sources', ['instrument', '--complete-copy', 'src', join(copy, 'src')]);
for (const file of ['test', 'bench', 'examples', 'scenarios', 'package.json', 'tsconfig.json', '.mocharc.json']) {
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
refuseUnloaded();
run('write the report', [...where, 'report', '--reporter=text', '--reporter=lcov']);
run(`reach ${lines} % of lines`, [...where, 'check-coverage', '--lines', lines]);

/** The report knows only files that were loaded: one that no test loads would not count against the threshold. */
function refuseUnloaded() {
  const counts = readdirSync(rawCounts).filter((file) => file.endsWith('.json'));
  const loaded = new Set(
    counts.flatMap((file) => Object.keys(JSON.parse(readFileSync(join(rawCounts, file), 'utf8')))),
  );
  const unloaded = readdirSync(join(root, 'src'), { recursive: true }).filter((file) => {
    if (!file.endsWith('.ts') || loaded.has(join(root, 'src', file))) return false;
    // Modules of types, or of exports alone, have nothing to run.
    return !/statementMap: ?\{\}/.test(readFileSync(join(copy, 'src', file), 'utf8'));
  });
  if (unloaded.length === 0) return;
  console.error(`coverage: no test loads src/${unloaded.join(', src/')}`);
  process.exit(1);
}

function run(aim, parameters, cwd = root) {
  const { status } = spawnSync(process.execPath, [nyc, ...parameters], { cwd, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`coverage: could not ${aim}, see above`);
  process.exit(1);
}
