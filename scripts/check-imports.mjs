// Checks who imports whom in src/ by the table of .dependency-cruiser.mjs; first, on made-up modules, that the rules
// catch what they should and nothing else. A rule that never fires is not missed by anyone.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import configuration from '../.dependency-cruiser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Modules, and the rules that each of them breaks. */
const madeUp = {
  'core/contract.ts': { source: `import type { ZodType } from 'zod'; export type A = ZodType;`, breaks: [] },
  'core/draws.ts': { source: `import 'pure-rand/generator/xoroshiro128plus';`, breaks: [] },
  'core/looks-up.ts': { source: `import '../engine/graph.js';`, breaks: ['core-imports-folder'] },
  'core/type-of-above.ts': {
    source: `import type { G } from '../engine/graph.js'; export type A = G;`,
    breaks: ['core-imports-folder'],
  },
  'core/validates.ts': { source: `import 'zod';`, breaks: ['core-imports-package'] },
  'core/reads.ts': { source: `import 'node:fs';`, breaks: ['pure-folder-imports-node'] },
  'metrics/reads.ts': { source: `import 'node:fs';`, breaks: ['pure-folder-imports-node'] },
  'engine/graph.ts': { source: `import '../core/contract.js'; export interface G { a: 1 }`, breaks: [] },
  'engine/lazy.ts': { source: `export const a = () => import('../data/one.js');`, breaks: ['engine-imports-folder'] },
  'data/one.ts': { source: `import { two } from './two.js'; export const one = () => two;`, breaks: ['cycle'] },
  // A cycle is reported once, at one of its modules.
  'data/two.ts': { source: `import { one } from './one.js'; export const two = () => one;`, breaks: [] },
  'data/type-one.ts': {
    source: `import type { Two } from './type-two.js'; export type One = Two[];`,
    breaks: ['cycle'],
  },
  'data/type-two.ts': { source: `import type { One } from './type-one.js'; export type Two = { a: One };`, breaks: [] },
  'memory/dreams.ts': { source: `import 'zod'; import '../engine/graph.js'; import 'node:fs';`, breaks: [] },
  'learners/remembers.ts': { source: `import '../memory/dreams.js';`, breaks: ['learners-imports-folder'] },
  'learners/draws.ts': {
    source: `import 'pure-rand/generator/xoroshiro128plus';`,
    breaks: ['learners-imports-package'],
  },
  'scenarios/learns.ts': { source: `import '../learners/draws.js';`, breaks: ['scenarios-imports-folder'] },
  'experiment/injects.ts': { source: `import 'inversify';`, breaks: ['experiment-imports-package'] },
  'report/charts.ts': { source: `import '../memory/dreams.js';`, breaks: ['report-imports-folder'] },
  'di/composition.ts': { source: `import 'inversify'; import '../memory/dreams.js';`, breaks: [] },
  'di/prints.ts': { source: `import '../report/charts.js';`, breaks: ['di-imports-folder'] },
  'cli/main.ts': { source: `import 'commander'; import '../di/composition.js';`, breaks: [] },
  'cli/computes.ts': { source: `import '../engine/graph.js';`, breaks: ['cli-imports-folder'] },
  'novel/thing.ts': { source: `import '../core/contract.js';`, breaks: ['folder-without-rule'] },
  'lost/letter.ts': { source: `import './nowhere.js';`, breaks: ['folder-without-rule', 'unresolvable'] },
  'index.ts': { source: `import './cli/main.js';`, breaks: ['index-imports-cli'] },
};

const proof = await proveThatRulesBite();
if (proof.length > 0) fail(['the rules of .dependency-cruiser.mjs do not do what they say:', ...proof]);

const found = await violationsIn(root);
if (found.length > 0) {
  fail(found.map(({ rule, from, to, comment }) => `${rule}: ${from} -> ${to}\n    ${comment}`));
}

async function proveThatRulesBite() {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-imports-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [name, { source }] of Object.entries(madeUp)) {
      const file = join(folder, 'src', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
    }
    const violations = await violationsIn(folder);
    return Object.entries(madeUp).flatMap(([name, { breaks }]) => {
      const broken = violations.filter(({ from }) => from === `src/${name}`).map(({ rule }) => rule);
      const got = [...new Set(broken)].sort().join(', ');
      const expected = [...breaks].sort().join(', ');
      return got === expected ? [] : [`  ${name} breaks "${got}", expected "${expected}"`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function violationsIn(folder) {
  const { options, ...ruleSet } = configuration;
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    ['src'],
    { ...cruiseOptions, baseDir: folder, validate: true, ruleSet },
    enhancedResolveOptions,
  );
  const comments = new Map(ruleSet.forbidden.map(({ name, comment }) => [name, comment]));
  return output.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    comment: comments.get(rule.name),
  }));
}

function fail(lines) {
  console.error(lines.join('\n'));
  process.exit(1);
}
