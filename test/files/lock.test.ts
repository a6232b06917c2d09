import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { tryLock, withLock } from '../../src/files/lock.js';
import { temporaryFolder } from '../experiment/fixtures.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('a lock file', () => {
  const path = temporaryFolder();
  const { signal } = new AbortController();
  const never = (): never => {
    throw new Error('it should not have waited');
  };

  it('lets one work after the other', async () => {
    const order: string[] = [];
    let finish = (): void => undefined;
    let first = Promise.resolve();
    await new Promise<void>((begun) => {
      first = withLock(path('lock'), signal, never, async () => {
        order.push('first begins');
        begun();
        await new Promise<void>((resolve) => (finish = resolve));
        order.push('first ends');
      });
    });
    const second = withLock(
      path('lock'),
      signal,
      (pid) => {
        order.push(`second waits for ${pid === process.pid ? 'us' : 'somebody'}`);
        finish();
      },
      () => Promise.resolve(void order.push('second')),
    );
    await Promise.all([first, second]);
    expect(order).to.deep.equal(['first begins', 'second waits for us', 'first ends', 'second']);
  });

  it('is released also after a failure', async () => {
    await withLock(path('lock'), signal, never, () => Promise.reject(new Error('no'))).catch(() => undefined);
    expect(existsSync(path('lock'))).to.be.false;
  });

  (process.platform === 'linux' ? it : it.skip)('that cannot be written is not left behind, empty', async () => {
    // A shell's limit on the size of files, 0 blocks, in place of a full disk; whoever measures coverage can then write none.
    const take = `import { tryLock } from './src/files/lock.ts'; await tryLock(${JSON.stringify(path('lock'))});`;
    const command = `ulimit -f 0; unset NODE_OPTIONS; exec '${process.execPath}' --import tsx --input-type=module -e "$0"`;
    const child = spawn('sh', ['-c', command, take], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    await once(child, 'close');
    expect(err).to.include('EFBIG');
    expect(existsSync(path('lock'))).to.be.false;
  }).timeout(30_000);

  it('is stale where its process is gone', async () => {
    // 2²² is the largest process id of Linux.
    await writeFile(path('lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    expect(await withLock(path('lock'), signal, never, () => Promise.resolve('done'))).to.equal('done');
  });

  it('is stale where it has not been renewed for long, whoever has it', async () => {
    await writeFile(path('lock'), JSON.stringify({ pid: 1, host: 'another machine' }));
    const longAgo = new Date(2020, 1);
    await utimes(path('lock'), longAgo, longAgo);
    expect(await withLock(path('lock'), signal, never, () => Promise.resolve('done'))).to.equal('done');
  });

  it('that is stale is taken over by one, however many find it so', async () => {
    for (let round = 0; round < 40; round++) {
      await writeFile(path('lock'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
      let [inside, most] = [0, 0];
      const work = async (): Promise<void> => {
        most = Math.max(most, ++inside);
        await delay(5);
        inside--;
      };
      const stops = Array.from({ length: 16 }, () => new AbortController());
      // One after the other, so that some find it stale just before another takes it over.
      const contenders: Promise<void>[] = [];
      for (const stop of stops) {
        contenders.push(withLock(path('lock'), stop.signal, () => undefined, work));
        for (let turn = 0; turn < round % 4; turn++) await new Promise(setImmediate);
      }
      await Promise.any(contenders);
      await delay(10);
      for (const stop of stops) stop.abort();
      await Promise.allSettled(contenders);
      expect(most).to.equal(1);
    }
  });

  it('is not waited for any longer than the user wants', async () => {
    await writeFile(path('lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
    const stop = new AbortController();
    const waiting = withLock(
      path('lock'),
      stop.signal,
      () => {
        stop.abort();
      },
      never,
    );
    expect(await waiting.catch((error: unknown) => (error as Error).name)).to.equal('AbortError');
    expect(existsSync(path('lock'))).to.be.true;
  });

  it('that is wanted at once says which process has it', async () => {
    const lock = await tryLock(path('lock'));
    if ('heldBy' in lock) throw new Error('nobody has it');
    expect(await tryLock(path('lock'))).to.deep.equal({ heldBy: process.pid });
    await lock.release();
    expect(existsSync(path('lock'))).to.be.false;
  });

  it('of somebody else is not released', async () => {
    const lock = await tryLock(path('lock'));
    if ('heldBy' in lock) throw new Error('nobody has it');
    await writeFile(path('lock'), JSON.stringify({ pid: 1, host: 'another machine', token: 'theirs' }));
    await lock.release();
    expect(existsSync(path('lock'))).to.be.true;
  });
});
