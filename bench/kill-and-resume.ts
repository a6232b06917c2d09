// Kills a run with SIGKILL at random moments, within tasks too, goes on with --resume, and compares the result with that
// of a run that was left alone: identical but for timings. What is killed is the built package, dist/.
//
//   npm run -s build && node --import tsx bench/kill-and-resume.ts [kills] [learner ...]
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEventLog, initialRunState, randomStream, reduceRun, resultOf } from 'reverie';

const [kills = 30, ...learners] = process.argv.slice(2).map((text, i) => (i === 0 ? Number(text) : text));
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const settings = [
  'training.iterations=30',
  'samplesPerClass={train: 300, test: 100}',
  'evaluation.every=12',
  'checkpoint.every=7 iterations',
].flatMap((change) => ['--set', change]);

/** Runs the scenario, or kills it after so many milliseconds. Whether it came to its end. */
function runFor(milliseconds: number, learner: string, out: string): Promise<boolean> {
  const parameters = ['run', 'split-mnist', ...settings, '--learner', learner, '--out', out, '--resume', '--quiet'];
  const child = spawn(process.execPath, [main, ...parameters], { stdio: ['ignore', 'ignore', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(true);
      else if (signal === 'SIGKILL') resolve(false);
      else reject(new Error(`the run ended with exit code ${code ?? 'none'}`));
    });
  });
}

async function untimed(directory: string): Promise<string> {
  const result = JSON.parse(await readFile(join(directory, 'result.json'), 'utf8')) as object;
  return JSON.stringify({ ...result, timings: null });
}

async function sameFromLog(directory: string): Promise<boolean> {
  const events = readEventLog(await readFile(join(directory, 'events.jsonl'), 'utf8'));
  const result: unknown = resultOf([...events].reduce(reduceRun, initialRunState));
  return JSON.stringify(result) === JSON.stringify(JSON.parse(await readFile(join(directory, 'result.json'), 'utf8')));
}

const random = randomStream(7);
const folder = await mkdtemp(join(tmpdir(), 'reverie-kill-'));
try {
  for (const learner of learners.length === 0 ? ['rehearsal', 'finetune'] : learners.map(String)) {
    const [whole, killed] = [join(folder, learner, 'whole'), join(folder, learner, 'killed')];
    const began = performance.now();
    await runFor(1e9, learner, whole);
    const length = performance.now() - began;
    // A name is not always part of that of its directory: der++ is der there.
    const [name = ''] = await readdir(whole);
    let done = 0;
    let finished = 0;
    while (done < Number(kills)) {
      // Somewhere between the start of the process and its end; each finished run is begun anew.
      if (await runFor(length * random.uniform(), learner, killed)) {
        await compare();
        await rm(killed, { recursive: true });
      } else done++;
    }
    await runFor(1e9, learner, killed);
    await compare();
    await rm(killed, { recursive: true });
    console.log(
      `${learner}: ${done} times killed, ${finished} runs finished, each with the result of the run left alone`,
    );

    async function compare(): Promise<void> {
      finished++;
      const [a, b] = [await untimed(join(whole, name)), await untimed(join(killed, name))];
      if (a !== b) throw new Error(`${learner}: another result after ${done} kills`);
      if (!(await sameFromLog(join(killed, name)))) throw new Error(`${learner}: the log gives another result`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
