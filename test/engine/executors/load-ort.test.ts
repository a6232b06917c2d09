import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { disableTelemetry } from '../../../src/engine/executors/load-ort.js';
import { tiny } from '../../cli/captured.js';
import { temporaryFolder } from '../../experiment/fixtures.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('ONNX Runtime', () => {
  const path = temporaryFolder();

  /** Runs the command in a process that has folders of its own, and gives the files that these then hold. */
  async function filesLeftBy(parameters: readonly string[]): Promise<readonly string[]> {
    const folders = ['home', 'cache', 'temporary'].map((name) => path(name));
    for (const folder of folders) await mkdir(folder);
    const [HOME, XDG_CACHE_HOME, TMPDIR] = folders;
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...parameters], {
      cwd: root,
      env: {
        ...process.env,
        ...{ HOME, XDG_CACHE_HOME, TMPDIR },
        // This process may have set it for itself.
        ORT_DISABLE_TELEMETRY: undefined,
        // tsx keeps what it has compiled in the temporary folder.
        TSX_DISABLE_CACHE: '1',
      },
    });
    return (await Promise.all(folders.map((folder) => readdir(folder, { recursive: true })))).flat();
  }

  it('writes nothing for its maker into the folders of the user, from any process or thread of a run', async () => {
    const run = ['run', tiny, '--engine', 'ort', '--set', 'training.iterations=5', '--out', path('runs')];
    expect(await filesLeftBy(run)).to.deep.equal([]);
    expect(await readdir(path('runs'))).to.have.members(['tiny-finetune-1', 'tiny-rehearsal-1']);
  });

  it('writes nothing there from the processes of workers', async () => {
    const run = ['run', tiny, '--engine', 'ort', '--set', 'training.iterations=5', '--out', path('runs')];
    expect(await filesLeftBy([...run, '--workers', '2'])).to.deep.equal([]);
  });

  it('reports where the user has decided so', () => {
    for (const chosen of ['0', '']) {
      const env = { ORT_DISABLE_TELEMETRY: chosen };
      disableTelemetry(env);
      expect(env.ORT_DISABLE_TELEMETRY).to.equal(chosen);
    }
    const env: Record<string, string | undefined> = {};
    disableTelemetry(env);
    expect(env['ORT_DISABLE_TELEMETRY']).to.equal('1');
  });
});
