import { readFileSync } from 'node:fs';

/** The version of this package. Loads nothing else: the command line asks for it at every start. */
export function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
