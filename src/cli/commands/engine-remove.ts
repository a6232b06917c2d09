import { removeNative } from '../../di/engine-management.js';
import { formatBytes } from '../../report/page.js';
import type { CliContext } from '../cli-context.js';

/** `reverie engine remove`: what `engine install` has staged, and the link to it. */
export async function engineRemoveCommand({ out }: Pick<CliContext, 'out'>): Promise<void> {
  let count = 0;
  await removeNative((staged) => {
    count = staged.length;
    for (const { path, bytes } of staged) out.write(`deleting ${path} (${formatBytes(bytes)})\n`);
  });
  out.write(
    count === 0 ? 'nothing of the native engine is staged\n' : 'done; "reverie engine install" brings it back\n',
  );
}
