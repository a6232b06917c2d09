import { createRequire } from 'node:module';

/**
 * tfjs-node calls functions of `util` that Node 23 removed (`isNullOrUndefined`) or is about to remove (`isArray`). Puts
 * them back where they are missing, for this process; what is there stays.
 */
export function restoreRemovedUtil(
  util: Record<string, unknown> = createRequire(import.meta.url)('node:util') as Record<string, unknown>,
): void {
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
