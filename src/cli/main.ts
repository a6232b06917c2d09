#!/usr/bin/env node
// Nothing is imported before it can be said why that fails: Node would print its stack where too few files may be open.
import('./start.js').catch((error: unknown) => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
  process.stderr.write(
    'reverie: too many files are open for this system; raise the limit, e.g. with ulimit -n 1024, and call reverie again\n',
  );
  process.exitCode = 1;
});
