import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { RunEvent } from '../../src/core/events.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import type { RunObserver } from '../../src/core/observer.js';
import type { RunSetup } from '../../src/experiment/run-setup.js';
import { curvesObserver } from '../../src/observers/curves.js';
import { errorOf, eventsOf, setupOf, temporaryFolder } from '../experiment/fixtures.js';

describe('the observer curves', () => {
  const folder = temporaryFolder();
  const watched = (every: number, changes: Partial<RunSetup> = {}): Promise<RunEvent[]> =>
    eventsOf(setupOf({ observers: [curvesObserver({ every }, { directory: folder() })], ...changes }));
  const lines = async (): Promise<string[]> => {
    const text = await readFile(folder('curves.csv'), 'utf8');
    expect(text.endsWith('\n')).to.equal(true);
    return text.trimEnd().split('\n');
  };

  it('writes losses of every so many iterations and of the last, and each accuracy', async () => {
    const events = await watched(2);
    const [header, ...rest] = await lines();
    expect(header).to.equal('task,iteration,name,value');
    // Three tasks of five iterations each.
    const losses = rest.filter((line) => line.includes(',loss/'));
    expect(losses.map((line) => line.split(',').slice(0, 2).join('/'))).to.deep.equal(
      [1, 2, 3].flatMap((task) => [2, 4, 5].map((iteration) => `${task}/${iteration}`)),
    );
    const accuracies = events.flatMap((event) => (event.type === 'evaluated' ? [event] : []));
    expect(rest.filter((line) => line.includes(',accuracy,'))).to.deep.equal(
      accuracies.map(({ task, iteration, accuracy }) => `${task},${iteration},accuracy,${accuracy}`),
    );
    const after3 = accuracies[2]?.accuracies ?? [];
    expect(rest.slice(-3)).to.deep.equal(after3.map((value, i) => `3,5,accuracy/${i + 1},${value}`));
  });

  it('is the same file for a run that was cut off and resumed', async () => {
    const settings = { evaluateEvery: 2, checkpointEvery: { iterations: 2 } } as const;
    const events = await watched(1, settings);
    const whole = await lines();
    for (const cut of [3, 9, 17, events.length - 1]) {
      const checkpoints = checkpointFolder(folder(`checkpoints-${cut}`));
      const stop = new AbortController();
      let seen = 0;
      const directory = folder();
      const stopping: RunObserver = {
        observe() {
          if (++seen === cut) stop.abort();
        },
      };
      const observers = [curvesObserver({ every: 1 }, { directory }), stopping];
      await watched(1, { ...settings, checkpoints, observers, stop: stop.signal });
      expect(await lines(), `cut after event ${cut}`).to.have.length.lessThan(whole.length + 1);
      await watched(1, { ...settings, checkpoints, resume: true });
      expect(await lines(), `cut after event ${cut}`).to.deep.equal(whole);
    }
  });

  it('quotes a name with a comma, and takes line breaks out of it', async () => {
    const observer = curvesObserver({ every: 1 }, { directory: folder() });
    const [started] = await eventsOf(setupOf());
    if (started === undefined) throw new Error('expected an event');
    await observer.observe(started);
    await observer.observe({ type: 'scalars', task: 1, iteration: 3, values: { 'a,"b"\nc': 0.5 } });
    await observer.close?.();
    expect((await lines())[1]).to.equal('1,3,"a,""b"" c",0.5');
  });

  it('ends the run where its file cannot be written', async () => {
    await writeFile(folder('file'), '');
    const observers = [curvesObserver({ every: 1 }, { directory: folder('file') })];
    expect(await errorOf(watched(1, { observers }))).to.have.property('code', 'bad-output');
  });
});
