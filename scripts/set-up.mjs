// Makes a fresh clone ready: installs what package-lock.json names, unless it is installed, and builds dist/.
// Runs before `npm start` and `npm test`; needs nothing but Node and npm, and takes about a second when nothing changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...parts) => join(root, ...parts);

refuseOldNode();
if (!isInstalled()) install();
build();

function refuseOldNode() {
  const wanted = '20.19';
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old: install Node ${wanted} or newer, then run the command again`);
}

/** Whether node_modules holds every package of the lock file in its version; optional ones may be missing. */
function isInstalled() {
  const wanted = packagesIn('package-lock.json');
  const found = packagesIn('node_modules/.package-lock.json');
  if (wanted === undefined)
    fail('package-lock.json is missing or damaged: restore it, e.g. git checkout package-lock.json');
  if (found === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const installed = found[path];
    return installed === undefined ? optional === true || devOptional === true : installed.version === version;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(inRoot(file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install() {
  console.error('Installing packages (npm ci) ...');
  // No package's install script is needed, and some would download or compile what is not asked for. package.json says
  // so under allowScripts, which older versions of npm do not read; hence the flag.
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status === 0) return;
  fail('npm ci failed, see above: check the connection to the npm registry (npm ping), then run the command again');
}

function build() {
  removeOrphans();
  const tsc = spawnSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-b', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (tsc.status !== 0) fail('the build failed: mend the errors above, then run the command again');
}

/** A module that was deleted or renamed in src/ must not live on in dist/. */
function removeOrphans() {
  if (!existsSync(inRoot('dist'))) return;
  for (const file of readdirSync(inRoot('dist'), { recursive: true })) {
    const source = /^(.*)\.(js|d\.ts)(\.map)?$/.exec(file)?.[1];
    if (source !== undefined && !existsSync(inRoot('src', `${source}.ts`))) rmSync(inRoot('dist', file));
  }
}

function fail(message) {
  console.error(`reverie set-up: ${message}`);
  process.exit(1);
}
