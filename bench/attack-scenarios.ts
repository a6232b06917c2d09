/*
 * Reads a thousand scenarios that are each a good one with a few mutations, and counts how they are taken:
 *
 *   npm run build && node --import tsx bench/attack-scenarios.ts [count] [seed]
 *
 * Each must be taken, or refused in one sentence a mistake, within a second; any other error ends with exit code 1.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { isReverieError } from '../src/core/errors.js';
import { RandomStreams, type RandomStream } from '../src/core/random.js';
import { PartRegistry } from '../src/di/part-registry.js';
import { parseScenario } from '../src/scenarios/load-scenario.js';

const [count = 1000, seed = 1] = process.argv.slice(2).map(Number);
const names = ['smoke', 'split-mnist', 'split-mnist-noise', 'split-mnist-paper'];
const texts = names.map((name) => readFileSync(new URL(`../scenarios/${name}.yaml`, import.meta.url), 'utf8'));

/** What stands where a value, a key or a piece of one was. */
const pieces = [
  ...[
    'null',
    '~',
    '-1',
    '0',
    '1e309',
    '.nan',
    '-.inf',
    '0x7fffffffffffffff',
    'true',
    "''",
    '[]',
    '{}',
    '[[]]',
    '{a: {b: c}}',
  ],
  ...[
    '!!binary x',
    '&a',
    '*a',
    '<<: *a',
    '? ',
    ': ',
    '- ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '%YAML 1.1',
    '---',
    '...',
    '\t',
    '\r',
    '\0',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'learners',
    'rehearsal',
    'memory',
    'name',
    'options',
    '\u202e',
    '\ud800',
    'é',
    '𝕏',
  ],
  'x'.repeat(5000),
  '['.repeat(500),
];

function mutated(text: string, random: RandomStream): string {
  const lines = text.split('\n');
  const at = random.integer(lines.length);
  const line = lines[at] ?? '';
  const piece = pieces[random.integer(pieces.length)] ?? '';
  switch (random.integer(9)) {
    case 0: // A line goes.
      lines.splice(at, 1);
      break;
    case 1: // A line comes twice.
      lines.splice(at, 0, line);
      break;
    case 2: // Two lines change places.
      lines.splice(at, 0, ...lines.splice(random.integer(lines.length), 1));
      break;
    case 3: // A value becomes something else.
      lines[at] = line.replace(/:.*/, () => `: ${piece}`);
      break;
    case 4: // A word becomes something else.
      lines[at] = line.replace(/\w+/, () => piece);
      break;
    case 5: // Something comes in between.
      lines[at] = line.slice(0, random.integer(line.length + 1)) + piece + line.slice(random.integer(line.length + 1));
      break;
    case 6: // A line is moved in or out.
      lines[at] = random.integer(2) === 0 ? `  ${line}` : line.replace(/^ {1,2}/, '');
      break;
    case 7: // A number becomes another.
      lines[at] = line.replace(/\d+/, () => String((random.integer(2001) - 1000) * 10 ** random.integer(8)));
      break;
    default: // A line of another scenario comes in.
      lines.splice(
        at,
        0,
        ...(texts[random.integer(texts.length)] ?? '').split('\n').slice(random.integer(10)).slice(0, 2),
      );
  }
  return lines.join('\n');
}

const catalogue = new PartRegistry().catalogue();
const random = new RandomStreams(seed).stream('mutations');
const counts = { taken: 0, refused: 0, wrong: 0, slow: 0 };
let slowest = 0;
for (let i = 0; i < count; i++) {
  let text = texts[i % texts.length] ?? '';
  for (let left = 1 + random.integer(4); left > 0; left--) text = mutated(text, random);
  const began = performance.now();
  try {
    parseScenario(text, 'x.yaml', catalogue);
    counts.taken++;
  } catch (error) {
    const message = isReverieError(error) ? error.message : undefined;
    if (message === undefined || !message.includes('x.yaml') || /\n\s+at /.test(message)) {
      counts.wrong++;
      console.log(`--- wrong: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${text}`);
    } else counts.refused++;
  }
  const took = performance.now() - began;
  slowest = Math.max(slowest, took);
  if (took <= 1000) continue;
  counts.slow++;
  console.log(`--- ${Math.round(took)} ms:\n${text}`);
}
console.log(
  `${count} scenarios of seed ${seed}: ${counts.refused} refused in a sentence, ${counts.taken} taken, ${counts.wrong} wrong, ` +
    `${counts.slow} slow; the slowest took ${Math.round(slowest)} ms`,
);
process.exitCode = counts.wrong + counts.slow === 0 ? 0 : 1;
