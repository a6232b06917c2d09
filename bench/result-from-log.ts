// Whether the event log of a run gives its result: reduces `events.jsonl` of each directory of a run below the folder, and
// compares the text with that of `result.json`, byte for byte.
//
//   npm run -s build && npx reverie run split-mnist --out runs && node --import tsx bench/result-from-log.ts runs
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initialRunState, readEventLog, reduceRun, resultOf, resultText } from 'reverie';

const [folder = 'runs'] = process.argv.slice(2);
let [same, other] = [0, 0];
for (const name of (await readdir(folder)).sort()) {
  const written = await readFile(join(folder, name, 'result.json'), 'utf8').catch(() => undefined);
  if (written === undefined) continue;
  const log = readEventLog(await readFile(join(folder, name, 'events.jsonl'), 'utf8'));
  const reduced = resultText(resultOf([...log].reduce(reduceRun, initialRunState)));
  const equal = reduced === written;
  if (equal) same++;
  else other++;
  console.log(`${name}: ${equal ? 'the log gives the result, byte for byte' : 'the log gives another result'}`);
}
console.log(`${same} equal, ${other} different`);
process.exitCode = other > 0 || same === 0 ? 1 : 0;
