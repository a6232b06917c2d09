/*
 * Gives the built command inputs that are made to hurt, and counts how it takes them:
 *
 *   npm run build && node --import tsx bench/attack-inputs.ts
 *
 * Each must be refused in a sentence, within a second over what the command takes for a good scenario: none hangs, is an
 * unexpected error or prints a stack. Ends with exit code 1 where one does. Linux alone has all of them.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'reverie-attack-'));

/** One call of the command; `full` has it print to a device that is always full. */
interface Attack {
  readonly name: string;
  readonly call: readonly string[];
  readonly full?: boolean;
}

type Ending = 'refused' | 'hung' | 'unexpected error' | 'stack' | 'taken';

const good = 'name: a\ndataset: synthetic\ntasks: 5\ntraining: { iterations: 1 }\nlearners: [finetune]\n';
const list = (count: number, entry: (i: number) => string, between = ', '): string =>
  Array.from({ length: count }, (_, i) => entry(i)).join(between);

const texts: Readonly<Record<string, string | Buffer>> = {
  'keys within keys': `${'? '.repeat(28)}a`,
  'keys within keys, in flow style': `${'{'.repeat(60)}a${'}: 1'.repeat(60)}`,
  'a deep list': '['.repeat(100_000),
  'an object of many keys': `{${list(30_000, (i) => `a${i}: 1`)}}`,
  'unknown keys': list(6000, (i) => `unknown${i}: 1`, '\n'),
  'unknown names': good.replace('[finetune]', `[${list(9000, (i) => `a${i}`)}]`),
  'texts for lists': good.replace('5', `[${list(9900, () => '"xxxxxxxxxxxxxxxxxxxx"')}]`),
  'escapes that are none': `"${'\\x0'.repeat(150_000)}"`,
  'commas alone': `[${','.repeat(500_000)}`,
  'quotes alone': '"'.repeat(500_000),
  'aliases of aliases': `a: &l0 [1]\n${list(9, (i) => `k${i}: &l${i + 1} [${`*l${i},`.repeat(9)}]`, '\n')}`,
  'a list within itself': '&a [*a]',
  'an alias without an anchor': `${good}memory: *nope\n`,
  'tags of YAML 1.1': 'name: !!set {a}\ndataset: !!timestamp 2001-01-01\ntasks: !!binary aGVsbG8=\n',
  'control characters': `${good}"\\e]0;title\\a\\e[2J": 1\n`,
  'UTF-16': Buffer.from(good, 'utf16le'),
  'two documents': `${good}---\n${good}`,
  'bytes that are no text': Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 73) % 251)),
  'a code of 10^9 values': `${good}memory: { options: { latent: 1000000000 } }\n`,
  'an empty file': '',
};

const kinds: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => {
    execFileSync('mkfifo', [path]);
  },
  'a link to a pipe': (path) => {
    execFileSync('mkfifo', [`${path}.pipe`]);
    symlinkSync(`${path}.pipe`, path);
  },
  'a device': (path) => {
    symlinkSync('/dev/zero', path);
  },
  'what cannot be read': (path) => {
    symlinkSync('/proc/self/mem', path);
  },
  'a folder': (path) => {
    mkdirSync(path);
  },
};

/** What reads a file that somebody else may have made: its name in a folder, and the call. */
const readers: Readonly<Record<string, readonly [file: string, call: (folder: string) => readonly string[]]>> = {
  scenario: ['a.yaml', (dir) => ['validate', join(dir, 'a.yaml')]],
  study: ['a.yaml', (dir) => ['validate', '--represent', join(dir, 'a.yaml')]],
  features: ['features.npz', (dir) => ['data', 'verify', 'features', '--data-dir', dir]],
  'features in a folder': [
    'x/y_train.npy',
    (dir) => ['data', 'verify', 'features', '--data-dir', dir, '--option', 'path=x'],
  ],
  idx: ['train-images-idx3-ubyte', (dir) => ['data', 'verify', 'idx', '--data-dir', dir]],
  cifar10: ['test_batch.bin', (dir) => ['data', 'verify', 'cifar10', '--data-dir', dir]],
  model: [
    'model.json',
    (dir) => [
      ...['data', 'features', '--model', dir, '--dataset', 'synthetic'],
      ...['--preprocess', 'unit', '--out', join(dir, 'out.npz')],
    ],
  ],
  checkpoint: ['checkpoints/task-1.reverie', (dir) => ['export', dir, '--onnx']],
  'plug-in': ['own.mjs', (dir) => ['list', '--plugin', join(dir, 'own.mjs')]],
};

function attacks(): readonly Attack[] {
  const all: Attack[] = [];
  Object.entries(texts).forEach(([name, text], i) => {
    const file = join(folder, `text-${i}.yaml`);
    writeFileSync(file, text);
    for (const more of [[], ['--represent']])
      all.push({ name: [name, ...more].join(' '), call: ['validate', file, ...more] });
  });
  let count = 0;
  for (const [reader, [file, call]] of Object.entries(readers)) {
    for (const [kind, make] of Object.entries(kinds)) {
      const dir = join(folder, `file-${count++}`);
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      make(join(dir, file));
      all.push({ name: `${reader}: ${kind}`, call: call(dir) });
    }
  }
  writeFileSync(join(folder, 'good.yaml'), good);
  for (const set of ['a', '=1', 'memory.x.y.z=*x', 'memory=&a [*a]', 'tasks.0.0=1', 'learners.9=joint']) {
    all.push({ name: `--set ${set}`, call: ['validate', join(folder, 'good.yaml'), '--set', set] });
  }
  for (const call of [['schema'], ['list'], ['--help'], ['validate', join(folder, 'good.yaml')]]) {
    all.push({ name: `${call[0] ?? ''} on a full disk`, call, full: true });
  }
  return all;
}

/** How a call ends. @param limit milliseconds */
async function endingOf({ call, full }: Attack, limit: number): Promise<Ending> {
  const out = full === true ? openSync('/dev/full', 'w') : undefined;
  const child = spawn(process.execPath, [main, ...call], { stdio: ['ignore', out ?? 'ignore', 'pipe'] });
  if (out !== undefined) closeSync(out);
  let said = '';
  child.stderr?.on('data', (piece) => (said += String(piece)));
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...ended) => {
      resolve(ended);
    });
  });
  clearTimeout(timer);
  if (signal !== null) return 'hung';
  if (said.includes('unexpected error')) return 'unexpected error';
  if (/\n {4}at /.test(said)) return 'stack';
  return code === 0 ? 'taken' : 'refused';
}

const planned = attacks();
const began = performance.now();
await endingOf({ name: 'good', call: ['validate', join(folder, 'good.yaml')] }, 60_000);
// Starting takes as long as this, and longer where the machine is busy.
const limit = 1000 + 2 * (performance.now() - began);
const counts: Record<Ending, number> = { refused: 0, hung: 0, 'unexpected error': 0, stack: 0, taken: 0 };
for (const attack of planned) {
  const ending = await endingOf(attack, limit);
  counts[ending]++;
  if (ending !== 'refused') console.log(`${ending}: ${attack.name}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${planned.length} inputs, ${Math.round(limit)} ms each at most:`);
for (const [ending, count] of Object.entries(counts)) console.log(`${String(count).padStart(5)} ${ending}`);
process.exitCode = counts.refused === planned.length ? 0 : 1;
