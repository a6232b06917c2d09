import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host, NativePackage } from '../../../src/engine/native-install/host.js';
import {
  installNative,
  type InstallOptions,
  type InstallPlace,
  type Installed,
} from '../../../src/engine/native-install/install.js';
import { zipBytes, type ZipPart } from '../../files/zip-bytes.js';

export const wheelFile = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

/** What the wheel of a tiny TensorFlow holds; only the first three are to be taken. */
export const wheelParts: readonly ZipPart[] = [
  { name: 'tensorflow/libtensorflow_cc.so.2', data: 'cc library' },
  { name: 'tensorflow/libtensorflow_framework.so.2', data: 'framework library' },
  { name: 'tensorflow/include/tensorflow/c/c_api.h', data: '// header' },
  { name: 'tensorflow/python/large.py', data: 'pass' },
];

/** A Linux machine in a folder: tools that are shell scripts, an npm package, a wheel that pip finds. */
export class FakeMachine {
  readonly host: Host;
  readonly package_: NativePackage;

  constructor(private readonly root: string) {
    this.host = {
      platform: 'linux',
      arch: 'x64',
      env: { PATH: join(root, 'bin'), REVERIE_CACHE: join(root, 'cache'), HOME: root, LOG: join(root, 'log') },
      execPath: join(root, 'node', 'bin', 'node'),
      nodeVersion: '20.0.0',
      glibc: '2.36',
    };
    this.package_ = { folder: join(root, 'modules', 'tfjs-node-gpu'), version: '4.22.0' };
  }

  /** With everything that an installation needs. */
  static async whole(root: string): Promise<FakeMachine> {
    const machine = new FakeMachine(root);
    await mkdir(machine.package_.folder, { recursive: true });
    await machine.file('node/include/node/node_api.h', '');
    await machine.file('index/' + wheelFile, zipBytes(wheelParts));
    await machine.tool('python3', pythonScript);
    await machine.tool('c++', compilerScript);
    return machine;
  }

  async file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  async tool(name: string, script: string): Promise<void> {
    await chmod(await this.file(join('bin', name), `#!/bin/sh\n${script}`), 0o755);
  }

  /** What the tools were called with, a line each. */
  async calls(): Promise<readonly string[]> {
    const log = await readFile(join(this.root, 'log'), 'utf8').catch(() => '');
    return log.split('\n').filter((line) => line !== '');
  }

  /** Installs; steps go to `steps`. */
  async install(
    options: Partial<InstallOptions> = {},
    place: Partial<InstallPlace> = {},
  ): Promise<Installed & { readonly steps: readonly string[] }> {
    const steps: string[] = [];
    const bytes = await readFile(join(this.root, 'index', wheelFile));
    const known = {
      'linux-x64-cpu': { tensorflow: { [wheelFile]: sha256(bytes) }, also: {}, peakBytes: 1000 },
    };
    const installed = await installNative(
      {
        gpu: false,
        anyDigest: false,
        signal: new AbortController().signal,
        report: (event) => {
          if (event.type === 'step') steps.push(event.text);
        },
        ...options,
      },
      { host: this.host, package_: this.package_, known, test: () => Promise.resolve(), ...place },
    );
    return { ...installed, steps };
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Knows its version, and a pip that copies every wheel of the index to where it shall download to. */
const pythonScript = `
if [ "$1" = -c ]; then echo cp311; exit 0; fi
echo "python3 $*" >> "$LOG"
while [ $# -gt 0 ]; do
  if [ "$1" = --dest ]; then
    for wheel in "$HOME"/index/*.whl; do
      echo "  Downloading $wheel (1.0 MB)"
      /bin/cp "$wheel" "$2/" || exit 1
    done
  fi
  shift
done
`;

/** Writes "addon" to where it shall write. */
const compilerScript = `
echo "c++ $*" >> "$LOG"
while [ $# -gt 0 ]; do
  if [ "$1" = -o ]; then echo addon > "$2"; fi
  shift
done
`;
