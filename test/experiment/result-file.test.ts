import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { lastValueFrom, tap } from 'rxjs';
import type { RunEvent } from '../../src/core/events.js';
import { readResult, resultFile, resultText, writeResult } from '../../src/experiment/result-file.js';
import { runEvents } from '../../src/experiment/run.js';
import { errorOf, eventsOf, resultIn, setupOf, temporaryFolder } from './fixtures.js';

describe('the result file', () => {
  const folder = temporaryFolder();

  it('gives back the result', async () => {
    const result = resultIn(await eventsOf(setupOf({ evaluateEvery: 2 })));
    await writeResult(folder('result.json'), result);
    expect(await readResult(folder('result.json'))).to.deep.equal(result);
    expect(await readdir(folder())).to.deep.equal(['result.json']);
  });

  it('has the same text for the same result, however its keys are ordered', async () => {
    const result = resultIn(await eventsOf(setupOf()));
    const backwards = Object.fromEntries(Object.entries(result).reverse()) as unknown as typeof result;
    expect(resultText(backwards)).to.equal(resultText(result));
    expect(resultText(result)).to.match(/^\{\n {2}"version": 2,\n {2}"scenario": "points",\n/);
    expect(resultText(result)).to.contain('\n    [0, 1],\n');
  });

  it('is safe before anybody hears that the run is completed', async () => {
    const path = folder('result.json');
    const there: Record<string, boolean> = {};
    const looking = tap<RunEvent>(({ type }) => (there[type] = existsSync(path)));
    const last = await lastValueFrom(runEvents(setupOf({ observers: [resultFile(path)] })).pipe(looking));
    expect(there).to.include({ 'task-ended': false, 'run-completed': true });
    expect(await readFile(path, 'utf8')).to.equal(resultText(resultIn([last])));
  });

  it('that cannot be written is an error of the run', async () => {
    const error = await errorOf(eventsOf(setupOf({ observers: [resultFile(folder('none', 'result.json'))] })));
    expect(error).to.have.property('code', 'bad-output');
  });

  it('of version 1 is given with the metrics of today, computed from its matrix', async () => {
    const result = resultIn(await eventsOf(setupOf()));
    const old = { accuracy: result.metrics['accuracyOverTasks'], microAccuracy: result.metrics['accuracyOverSamples'] };
    await writeFile(folder('result.json'), JSON.stringify({ ...result, version: 1, metrics: old }));
    expect(await readResult(folder('result.json'))).to.deep.equal(result);
  });

  it('is refused where it is not a result, saying which part', async () => {
    const result = resultIn(await eventsOf(setupOf()));
    const cases: [unknown, RegExp][] = [
      [{ ...result, version: 3 }, /has version 3, but this reverie reads version 2/],
      [{ ...result, seed: '7' }, /is no result: seed: .*number/],
      [{ ...result, accuracyMatrix: [[0.5], [0.5, 0.5]] }, /accuracyMatrix: expected rows of one length/],
      [{ ...result, accuracyMatrix: [[0.5, null], [null, 0.5]] }, /accuracyMatrix: expected rows of one length/], // prettier-ignore
      [{ ...result, accuracyMatrix: [[1.5]] }, /accuracyMatrix\.0\.0/],
      [{ ...result, testSizes: [16] }, /a row of the accuracy matrix for each task, and a column for each test size/],
      [[], /is no result/],
    ];
    for (const [content, message] of cases) {
      await writeFile(folder('result.json'), JSON.stringify(content));
      const error = await errorOf(readResult(folder('result.json')));
      expect(error).to.have.property('code', 'bad-data');
      expect(error.message).to.match(message).and.to.contain(folder('result.json'));
    }
  });

  it('is refused where it is cut off or missing', async () => {
    await writeFile(folder('result.json'), '{"version": 1,');
    expect((await errorOf(readResult(folder('result.json')))).message).to.contain('not JSON');
    await writeFile(folder('result.json'), '{"accuracyMatrix": [\n[NaN]]}');
    expect((await errorOf(readResult(folder('result.json')))).message)
      .to.contain('not JSON')
      .and.not.contain('\n');
    const missing = await errorOf(readResult(folder('none.json')));
    expect(missing).to.have.property('code', 'bad-data');
    expect(missing.message).to.contain('ENOENT');
  });
});
