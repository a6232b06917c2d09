import { stat } from 'node:fs/promises';

/** Whether there is a file at the path, or a link to one. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
