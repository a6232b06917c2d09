import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { checkRoomForMemories } from '../../../src/engine/kernels/address-space.js';
import { tiny } from '../../cli/captured.js';
import { temporaryFolder } from '../../experiment/fixtures.js';
import { captureError } from '../../support/capture-error.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const gibibyte = 2 ** 30;

describe('the room for memories of WebAssembly', () => {
  const path = temporaryFolder();

  // V8 reserves 8 GiB for what 32 bits and a 32-bit offset can address, and guards around them.
  it('is ten gibibytes of addresses for each, of those that are not used yet', async () => {
    checkRoomForMemories(4, { limit: 50 * gibibyte, used: 10 * gibibyte, guarded: true });
    const error = await captureError(() => {
      checkRoomForMemories(4, { limit: 50 * gibibyte, used: 11 * gibibyte, guarded: true });
    });
    expect(error.code).to.equal('engine-unavailable');
    expect(error.message).to.match(/ulimit -v.*NODE_OPTIONS=--disable-wasm-trap-handler.*--engine cpu/);
  });

  it('is no matter where there is no limit, or memories are not reserved in full', () => {
    checkRoomForMemories(1000, { limit: Infinity, used: gibibyte, guarded: true });
    checkRoomForMemories(1000, { limit: gibibyte, used: gibibyte, guarded: false });
  });

  /** Runs the command in a process that may reserve 60 GB of addresses; tsx takes some of them. */
  async function underLimit(engine: string, options = '') {
    const run = `run ${tiny} --learner rehearsal --set training.iterations=3 --engine ${engine} --out ${path('runs')}`;
    const command = `ulimit -v 60000000; exec "${process.execPath}" --import tsx src/cli/main.ts ${run}`;
    const env = { ...process.env, NODE_OPTIONS: options };
    try {
      return { code: 0, text: (await promisify(execFile)('sh', ['-c', command], { cwd: root, env })).stdout };
    } catch (error) {
      const { code, stderr } = error as { readonly code: number; readonly stderr: string };
      return { code, text: stderr };
    }
  }

  const limits = existsSync('/proc/self/limits');

  it('is looked at before a run: auto takes an engine that fits, and says why', async function () {
    if (!limits) this.skip();
    const { code, text } = await underLimit('auto');
    expect(code).to.equal(0);
    expect(text).to.match(
      /^tiny, seed 1, engine (?:native|wasm|cpu); ort does not load here: WebAssembly got no memory/,
    );
  });

  it('is missed in a sentence where an engine is named, and no learner is blamed', async function () {
    if (!limits) this.skip();
    const { code, text } = await underLimit('ort');
    expect(code).to.equal(2);
    expect(text).to.match(/^reverie: --engine ort does not load: ort \(WebAssembly got no memory[^\n]*\n$/);
  });

  it('is enough with the option of Node that is named', async function () {
    if (!limits) this.skip();
    const { code, text } = await underLimit('ort', '--disable-wasm-trap-handler');
    expect([code, text.split('\n', 1)[0]]).to.deep.equal([0, 'tiny, seed 1, engine ort']);
  });
});
