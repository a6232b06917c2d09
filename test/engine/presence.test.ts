import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { engineNames } from '../../src/engine/engine.js';
import { whyAbsent, ortProviders, type Place } from '../../src/engine/presence.js';
import { loadEngine } from '../../src/engine/select.js';
import { temporaryFolder } from '../experiment/fixtures.js';

describe('the presence of an engine', () => {
  const path = temporaryFolder();

  /** A machine with these packages, each a folder below the temporary one. */
  function machine(...packages: readonly string[]): Place {
    return { folderOf: (name) => (packages.includes(name) ? path(name) : undefined), platform: 'linux', arch: 'x64' };
  }

  async function file(...names: readonly string[]): Promise<void> {
    await mkdir(dirname(path(...names)), { recursive: true });
    await writeFile(path(...names), '');
  }

  it('is claimed here for no engine that does not load', async () => {
    const claimed = engineNames.filter((name) => whyAbsent(name) === undefined);
    expect(claimed).to.include.members(['ort', 'wasm', 'cpu']);
    for (const name of claimed) expect(await loadEngine(name), name).to.have.property('engine');
  });

  it('takes a package', () => {
    expect(whyAbsent('ort', machine())).to.equal('onnxruntime-node is not installed');
    expect(whyAbsent('cpu', machine('@tensorflow/tfjs-backend-cpu'))).to.equal(
      '@tensorflow/tfjs-core is not installed',
    );
    expect(whyAbsent('native', machine())).to.equal(
      '@tensorflow/tfjs-node-gpu is not installed, @tensorflow/tfjs-node is not installed',
    );
  });

  it('takes the binary for this platform', async () => {
    const here = machine('onnxruntime-node');
    await file('onnxruntime-node', 'bin', 'napi-v6', 'win32', 'x64', 'onnxruntime_binding.node');
    expect(whyAbsent('ort', here)).to.equal('onnxruntime-node is installed without its binary for linux on x64');
    await file('onnxruntime-node', 'bin', 'napi-v6', 'linux', 'x64', 'onnxruntime_binding.node');
    expect(whyAbsent('ort', here)).to.equal(undefined);
  });

  it('takes, for native, the binding and the library it is linked to, of either package', async () => {
    const [gpu, cpu] = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
    const here = machine(gpu, cpu);
    const missing = `${gpu} is installed without its binary for linux on x64`;
    await file(cpu, 'lib', 'napi-v8', 'tfjs_binding.node');
    await mkdir(path(cpu, 'deps', 'lib'), { recursive: true });
    await symlink(path('gone'), path(cpu, 'deps', 'lib', 'libtensorflow.so.2'));
    expect(whyAbsent('native', here)).to.equal(missing);
    await file('gone');
    expect(whyAbsent('native', here)).to.equal(undefined);
  });
});

describe("ONNX Runtime's GPU providers", () => {
  const path = temporaryFolder();

  it('are those whose files lie next to the binary for this platform', async () => {
    expect(ortProviders(path(), 'linux', 'x64')).to.deep.equal([]);
    await mkdir(path('bin', 'napi-v6', 'linux', 'x64'), { recursive: true });
    await writeFile(path('bin', 'napi-v6', 'linux', 'x64', 'libonnxruntime_providers_cuda.so'), '');
    expect(ortProviders(path(), 'linux', 'x64')).to.deep.equal(['cuda']);
    expect(ortProviders(path(), 'linux', 'arm64')).to.deep.equal([]);
    expect(ortProviders(path(), 'win32', 'x64')).to.deep.equal([]);
  });
});
