import { readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { makeDirectory } from '../../files/file-system.js';
import { dirname, join } from 'node:path';
import { ReverieError } from '../../core/errors.js';
import type { WorkContext } from '../../files/work.js';
import { extract, readZip, type ZipEntry } from '../../files/zip.js';
import { manifestName, type BuildManifest } from './builds.js';
import { runChild, missing } from './tools.js';
import { addonPath, napiVersion, type Host, type NativePackage } from './host.js';

/** Bytes that are taken out of all wheels together, at most. */
const mostBytes = 24e9;

/** What is taken out of a wheel, and where to: TensorFlow's two libraries, the headers of its C interface, CUDA's libraries. */
const wanted: readonly (readonly [from: RegExp, to: string])[] = [
  [/^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/, 'deps/lib/$1'],
  [/^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl)\/.*\.h)$/, 'deps/$1'],
  // TensorFlow looks for them in ../nvidia, seen from its own folder.
  [/^(nvidia\/[^/]+\/lib\/[^/]+\.so[^/]*)$/, 'deps/$1'],
];

function placeOf({ name }: ZipEntry): string | undefined {
  for (const [from, to] of wanted) if (from.test(name)) return name.replace(from, to);
  return undefined;
}

/**
 * Takes out of the wheels what the engine needs. Their content has been checked by digest; what the zip says is checked
 * nonetheless.
 *
 * @throws bad-data, engine-unavailable where the disk has no room
 */
export async function unpack(
  wheels: readonly string[],
  folder: string,
  { report, signal }: WorkContext,
): Promise<void> {
  const found = await Promise.all(
    wheels.map(async (wheel) =>
      (await readZip(wheel)).flatMap((entry) => {
        const place = placeOf(entry);
        return place === undefined ? [] : [{ wheel, entry, place }];
      }),
    ),
  );
  const all = found.flat();
  const total = all.reduce((sum, { entry }) => sum + entry.size, 0);
  if (total > mostBytes) {
    throw new ReverieError(
      'bad-data',
      `the wheels hold ${total} bytes of libraries, more than any TensorFlow; get them again`,
    );
  }
  await needRoom(folder, total);
  report({ type: 'step', text: 'taking the libraries out' });
  let done = 0;
  for (const { wheel, entry, place } of all) {
    const target = join(folder, place);
    await makeDirectory(dirname(target));
    const bytes = (count: number): void => {
      done += count;
      report({ type: 'progress', done, total });
    };
    await extract(wheel, entry, target, place.endsWith('.h') ? 0o644 : 0o755, { signal, bytes });
  }
  const missingPart = ['cc', 'framework'].find((part) => library(folder, part) === undefined);
  if (missingPart !== undefined) {
    throw new ReverieError(
      'bad-data',
      `there is no libtensorflow_${missingPart} in ${wheels.join(', ')}; expected a wheel of tensorflow or ` +
        'tensorflow-cpu 2.x for Linux or macOS',
    );
  }
}

/** @throws engine-unavailable where the disk that holds `folder` has no room for so many bytes */
export async function needRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  const mega = (value: number): string => `${Math.ceil(value / 1e6)} MB`;
  throw missing(
    `it needs ${mega(bytes)} in ${folder}, where ${mega(bavail * bsize)} are free`,
    'make room, or set REVERIE_CACHE to a folder on a larger disk',
  );
}

function library(folder: string, part: string): string | undefined {
  return [`libtensorflow_${part}.so.2`, `libtensorflow_${part}.2.dylib`]
    .map((name) => join(folder, 'deps', 'lib', name))
    .find((path) => existsSync(path));
}

/**
 * Compiles tfjs-node's addon, two source files of the npm package, against the unpacked library. Without node-gyp: only
 * N-API is used, so that nothing of what node-gyp arranges is needed, neither make nor a Python.
 *
 * @throws install-failed with the compiler's first error
 */
export async function compileAddon(
  folder: string,
  { folder: packageFolder }: NativePackage,
  tools: { readonly compiler: readonly string[]; readonly headers: string },
  { env, platform }: Host,
  { report, signal }: WorkContext,
): Promise<void> {
  const [command = 'c++', ...parameters] = tools.compiler;
  report({ type: 'step', text: `compiling the addon with ${tools.compiler.join(' ')}` });
  const addon = join(folder, addonPath);
  await makeDirectory(dirname(addon));
  const shape =
    platform === 'darwin'
      ? ['-bundle', '-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib']
      : ['-shared', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  const { code, lines } = await runChild(
    command,
    [
      ...parameters,
      ...['-std=c++17', '-O2', '-fPIC', `-DNAPI_VERSION=${napiVersion}`, ...shape],
      ...[join(folder, 'deps', 'include'), tools.headers].flatMap((include) => ['-I', include]),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(packageFolder, 'binding', source)),
      ...['cc', 'framework'].flatMap((part) => library(folder, part) ?? []),
      ...['-o', addon],
    ],
    { env, signal, cwd: folder },
  );
  if (code !== 0) {
    const reason = lines.find((line) => /\berror\b/i.test(line)) ?? lines.at(-1) ?? 'it says nothing';
    throw new ReverieError(
      'install-failed',
      `the compiler ${tools.compiler.join(' ')} does not build TensorFlow's addon: ${reason.trim()}; ` +
        'take a compiler for C++17, e.g. CXX=g++-12 reverie engine install',
    );
  }
  // They are of no more use.
  await rm(join(folder, 'deps', 'include'), { recursive: true, force: true });
}

/** Writes what makes the folder a build: the list of its files, written last. */
export async function finish(folder: string, manifest: Omit<BuildManifest, 'files'>): Promise<void> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
  const files = Object.fromEntries(names.map((name) => [name, statSync(join(folder, name)).size]));
  const text = JSON.stringify({ ...manifest, files } satisfies BuildManifest, null, 2);
  await writeFile(join(folder, manifestName), `${text}\n`, { flush: true });
}
