import { datasetStatuses } from '../../di/data-management.js';
import { cut, styled, formatBytes } from '../../report/page.js';
import type { CliContext } from '../cli-context.js';

/** `reverie data list`: the data sets that need files, and where those are. Looks, reads nothing. */
export function dataListCommand({ out }: Pick<CliContext, 'out'>): void {
  const statuses = datasetStatuses();
  const width = Math.max(...statuses.map(({ name }) => name.length));
  for (const { name, summary, folder, remedy, bytes } of statuses) {
    const size = bytes === undefined ? '' : ` (${formatBytes(bytes)})`;
    const state = folder === undefined ? `not here; ${remedy}${size}` : `here: ${folder}`;
    out.write(`${styled('bold', name.padEnd(width), out)}  ${cut(summary, { width: out.width - width - 2 })}\n`);
    out.write(`${' '.repeat(width)}  ${state}\n`);
  }
  out.write('idx and features take files of your own, from --data-dir.\n');
}
