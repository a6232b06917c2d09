import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a process held after so many runs. */
interface Held {
  readonly residentMiB: number;
  readonly threads: number;
  readonly descriptors: number;
}

async function heldAfter(runs: number, every: number, ...flags: readonly string[]): Promise<readonly Held[]> {
  const parameters = ['--expose-gc', '--import', 'tsx', 'bench/short-runs.ts', '--runs', String(runs)];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...parameters, '--every', String(every), '--engine', 'ort', ...flags],
    { cwd: root },
  );
  return [...stdout.matchAll(/runs: (\d+) MiB, (\d+) threads, (\d+) descriptors/g)].map(
    ([, residentMiB, threads, descriptors]) => ({
      residentMiB: Number(residentMiB),
      threads: Number(threads),
      descriptors: Number(descriptors),
    }),
  );
}

describe('short runs in one process', () => {
  for (const [what, flags] of [
    ['to their end', []],
    ['that nobody watches any longer', ['--unsubscribe']],
  ] as const) {
    it(`leave no memory, threads or open files behind once they are disposed: ${what}`, async function () {
      if (!existsSync('/proc/self/task')) this.skip();
      this.timeout(60_000);
      const [, early, late] = await heldAfter(8, 4, ...flags);
      if (early === undefined || late === undefined) throw new Error('nothing was measured');
      // Four runs that leave something leave eight threads and forty descriptors. One of each may come and go.
      expect(late.threads).to.be.at.most(early.threads + 1);
      expect(late.descriptors).to.be.at.most(early.descriptors + 2);
      // They would leave some 140 MiB.
      expect(late.residentMiB).to.be.at.most(early.residentMiB + 40);
    });
  }
});
