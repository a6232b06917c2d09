import { loadEngines, nativeStatus, ortProviders, type LoadedEngine } from '../../di/engine-management.js';
import { styled, formatBytes } from '../../report/page.js';
import type { CliContext } from '../cli-context.js';

/** What to do about an engine that does not load. Why native does not, or a provider that was asked for, says so itself. */
const remedies: Readonly<Partial<Record<LoadedEngine['name'], string>>> = {
  ort: 'npm install --ignore-scripts onnxruntime-node; it has no binary for Macs with Intel processors',
  wasm: 'npm ci, in the folder whose node_modules has reverie',
  cpu: 'npm ci, in the folder whose node_modules has reverie',
};

/** `reverie engine status`: which engines load, what they are made of, and what to do about those that do not. */
export async function engineStatusCommand({ out }: Pick<CliContext, 'out'>): Promise<void> {
  const sections = (await loadEngines()).map((engine) => {
    const lines = [...loadLines(engine), ...(engine.name === 'ort' ? providerLines(engine) : [])];
    if (engine.name === 'native') lines.push(...nativeLines());
    return [styled('bold', engine.name, out), ...lines.map((line) => `  ${line}`)].join('\n');
  });
  out.write(`${sections.join('\n')}\n`);
}

function loadLines({ name, versions, reason }: LoadedEngine): string[] {
  if (versions === undefined) {
    const remedy = name === 'ort' && process.env['REVERIE_ORT_PROVIDER'] !== undefined ? undefined : remedies[name];
    return [`does not load: ${reason ?? 'unknown reason'}`, ...(remedy === undefined ? [] : [`what to do: ${remedy}`])];
  }
  const list = Object.entries(versions).map(([library, version]) => `${library} ${version}`);
  return [`loads: ${list.join(', ')}`];
}

function providerLines({ versions }: LoadedEngine): string[] {
  if (versions === undefined) return [];
  const providers = ortProviders();
  return [
    providers.length > 0
      ? `files of its GPU providers are there: ${providers.join(', ')}`
      : 'no files of GPU providers lie next to its binary: it computes on the processor',
  ];
}

function nativeLines(): string[] {
  const { folder, staged, package: installed } = nativeStatus();
  const lines: string[] = [];
  if (installed?.state === 'foreign') lines.push(`its addon is not reverie's: ${installed.folder}`);
  if (staged.length === 0) lines.push(`nothing is staged in ${folder}`);
  for (const { path, bytes, content, linked } of staged) {
    lines.push(
      `staged${linked ? ' and linked' : ''}: ${content ?? 'what an installation left'}, ${formatBytes(bytes)}, ${path}`,
    );
  }
  return lines;
}
