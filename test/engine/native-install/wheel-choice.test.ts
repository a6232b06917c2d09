import { expect } from 'chai';
import { knownWheels } from '../../../src/engine/native-install/known-wheels.js';
import { choiceFor, wheelsToDownload } from '../../../src/engine/native-install/wheel-choice.js';
import { captureError } from '../../support/capture-error.js';

const linux = { arch: 'x64', env: {}, execPath: '', nodeVersion: '20.0.0', platform: 'linux', glibc: '2.27' } as const;

describe('the choice of wheels', () => {
  it('is pinned by digest: 64 hexadecimal digits for every wheel', () => {
    for (const { tensorflow, also } of Object.values(knownWheels)) {
      for (const [file, digest] of Object.entries({ ...tensorflow, ...also })) {
        expect(file).to.match(/^(tensorflow|tensorflow_cpu|nvidia_\w+)-[\d.]+-(cp31\d-cp31\d|py3-none)-[\w.]+\.whl$/);
        expect(digest).to.match(/^[0-9a-f]{64}$/);
      }
    }
  });

  it('takes the wheel of the Python that downloads, and one that any pip can be asked to get otherwise', () => {
    const choice = choiceFor(linux, false);
    const fileFor = (tag: string): string | undefined => wheelsToDownload(choice, tag)[0]?.file;
    expect(fileFor('cp313')).to.equal('tensorflow_cpu-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl');
    expect(fileFor('cp39')).to.equal('tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl');
    expect(wheelsToDownload(choice, 'cp39')).to.have.length(1);
  });

  it("takes CUDA's libraries along for a GPU", () => {
    const files = wheelsToDownload(choiceFor(linux, true), 'cp312').map(({ file }) => file.split('-')[0]);
    expect(files).to.include.members([
      'tensorflow',
      'nvidia_cublas_cu12',
      'nvidia_cudnn_cu12',
      'nvidia_cuda_runtime_cu12',
    ]);
  });

  it('is there for Macs with Apple silicon and for Linux on arm64', () => {
    expect(
      wheelsToDownload(choiceFor({ ...linux, platform: 'darwin', arch: 'arm64' }, false), 'cp312')[0]?.file,
    ).to.match(/macosx_12_0_arm64/);
    expect(wheelsToDownload(choiceFor({ ...linux, arch: 'arm64' }, false), 'cp312')[0]?.file).to.match(/aarch64/);
  });

  const nothing = [
    [{ ...linux, platform: 'win32' }, false, /Windows.*npm install @tensorflow\/tfjs-node\)/],
    [{ ...linux, platform: 'darwin' }, false, /no wheel for darwin x64; take the engine ort or wasm/],
    [
      { ...linux, platform: 'darwin', arch: 'arm64' },
      true,
      /no wheel for a GPU on darwin arm64; install it without --gpu/,
    ],
    [{ ...linux, glibc: undefined }, false, /GNU C library 2\.27.*musl/],
    [{ ...linux, glibc: '2.17' }, false, /this system has 2\.17/],
  ] as const;
  for (const [host, gpu, message] of nothing) {
    it(`says what to do where there is none: ${host.platform} ${host.arch} ${host.glibc ?? 'musl'}${gpu ? ' gpu' : ''}`, async () => {
      const error = await captureError(() => choiceFor(host, gpu));
      expect(error.code).to.equal('engine-unavailable');
      expect(error.message).to.match(message);
    });
  }
});
