import { mkdir, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { ortProviders } from '../../src/engine/ort-providers.js';
import { temporaryFolder } from '../experiment/fixtures.js';

describe("ONNX Runtime's GPU providers", () => {
  const path = temporaryFolder();

  it('are those whose files lie beside the binary for this platform', async () => {
    expect(ortProviders(path(), 'linux', 'x64')).to.deep.equal([]);
    await mkdir(path('bin', 'napi-v6', 'linux', 'x64'), { recursive: true });
    await writeFile(path('bin', 'napi-v6', 'linux', 'x64', 'libonnxruntime_providers_cuda.so'), '');
    expect(ortProviders(path(), 'linux', 'x64')).to.deep.equal(['cuda']);
    expect(ortProviders(path(), 'linux', 'arm64')).to.deep.equal([]);
    expect(ortProviders(path(), 'win32', 'x64')).to.deep.equal([]);
  });
});
