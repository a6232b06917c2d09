import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const tellPeak = new URL('tell-peak.mjs', import.meta.url).href;

/** How a whole command went. */
export interface CommandTimes {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly output: string;
}

/**
 * Runs the built `reverie` from start to end, as a user does.
 *
 * @throws where it fails, with what it said
 */
export async function timeCommand(parameters: readonly string[]): Promise<CommandTimes> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', tellPeak, main, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  let errors = '';
  let peakBytes = NaN;
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.on('message', (message: { peakBytes: number }) => (peakBytes = message.peakBytes));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`reverie ${parameters.join(' ')} ended with ${String(code)}: ${errors.trim()}`);
  return { seconds: (performance.now() - began) / 1000, peakBytes, output };
}
