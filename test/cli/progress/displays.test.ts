import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import type { RunEvent } from '../../../src/core/events.js';
import { noDisplay, type Display, type DisplayedRun } from '../../../src/cli/progress/display.js';
import { liveDisplay } from '../../../src/cli/progress/live-display.js';
import { plainDisplay } from '../../../src/cli/progress/plain-display.js';
import { outputTo } from '../../../src/cli/cli-context.js';
import { batch, evaluatedAt, started, taskEnded, taskStarted } from './some-events.js';

/** A clock that is wherever the test puts it, in seconds. */
function clock() {
  const time = { seconds: 0 };
  return { time, read: () => time.seconds * 1000 };
}

/** A run that tells these events, each at its second. */
function scripted(
  learner: string,
  time: { seconds: number },
  events: readonly (readonly [number, RunEvent])[],
  completed = true,
): DisplayedRun {
  return {
    learner,
    perform(tell) {
      for (const [seconds, event] of events) {
        time.seconds = seconds;
        tell(event);
      }
      return Promise.resolve({ completed });
    },
  };
}

function failing(): DisplayedRun {
  return { learner: 'broken', perform: () => Promise.reject(new Error('broke')) };
}

async function plainLines(runs: (time: { seconds: number }) => readonly DisplayedRun[]): Promise<readonly string[]> {
  const { time, read } = clock();
  const lines: string[] = [];
  await plainDisplay((line) => lines.push(line), read)(runs(time));
  return lines;
}

describe('progress on a pipe', () => {
  it('is a line when a task starts and one when it ends', async () => {
    const lines = await plainLines((time) => [
      scripted('l', time, [
        [0, started()],
        [0, taskStarted(1)],
        [3, batch(1, 50, { new: 1 })],
        [8, evaluatedAt(1, 0.99)],
        [8.4, taskEnded(1)],
      ]),
    ]);
    expect(lines).to.deep.equal([
      'l: task 1/5, classes 0, 1, 12,000 samples',
      'l: task 1/5 done in 8.4 s, accuracy so far 0.9900',
    ]);
  });

  it('leaves out the start of a task that follows another line within a second', async () => {
    const lines = await plainLines((time) => [
      scripted('l', time, [
        [0, started()],
        [0, taskStarted(1)],
        [0.5, taskEnded(1)],
        [0.5, taskStarted(2)],
        [0.9, taskEnded(2)],
      ]),
    ]);
    expect(lines.map((line) => line.slice(0, 15))).to.deep.equal([
      'l: task 1/5, cl',
      'l: task 1/5 don',
      'l: task 2/5 don',
    ]);
  });

  it('says where a resumed run goes on', async () => {
    expect(await plainLines((time) => [scripted('l', time, [[0, started(3)]])])).to.deep.equal([
      'l: resumes after task 3/5',
    ]);
  });
});

for (const [name, make] of Object.entries<() => Display>({
  'on a pipe': () =>
    plainDisplay(
      () => undefined,
      () => 0,
    ),
  'on a terminal': () => liveDisplay(outputTo(screen().stream, {}), () => 0),
  'for nobody': () => noDisplay,
})) {
  describe(`a display ${name}`, () => {
    it('performs one run after the other', async () => {
      const performed: string[] = [];
      await make()(['a', 'b'].map((learner) => ({ learner, perform: () => recorded(performed, learner, true) })));
      expect(performed).to.deep.equal(['a', 'b']);
    });

    it('starts no run after one that was interrupted', async () => {
      const performed: string[] = [];
      await make()(['a', 'b'].map((learner) => ({ learner, perform: () => recorded(performed, learner, false) })));
      expect(performed).to.deep.equal(['a']);
    });

    it('passes on what a run fails with', async () => {
      const problem = await make()([failing()]).catch((error: unknown) => error);
      expect(problem).to.be.an('error').with.property('message', 'broke');
    });
  });
}

function recorded(performed: string[], learner: string, completed: boolean): Promise<{ completed: boolean }> {
  performed.push(learner);
  return Promise.resolve({ completed });
}

function screen(): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  const through = new PassThrough();
  const stream = Object.assign(through, { isTTY: true, columns: 100, rows: 24 }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => stripVTControlCharacters(String(through.read())) };
}

describe('progress on a terminal', () => {
  it('shows the progress of the present learner and, at the end, its accuracy', async () => {
    const { stream, text } = screen();
    const { time, read } = clock();
    const events = [
      [0, started()],
      [0, taskStarted(1)],
      [10, batch(1, 50, { new: 1 })],
      [20, evaluatedAt(5, 0.95)],
    ] as const;
    await liveDisplay(outputTo(stream, {}), read)([scripted('rehearsal', time, events)]);
    const shown = text();
    expect(shown).to.include('task 1/5 · iteration 50/100 · 1 min 30 s left · loss new 1.00');
    expect(shown).to.match(/rehearsal: accuracy 0\.9500\n/);
  });

  it('says which learner was interrupted', async () => {
    const { stream, text } = screen();
    const { time, read } = clock();
    await liveDisplay(outputTo(stream, {}), read)([scripted('rehearsal', time, [[0, started()]], false)]);
    expect(text()).to.include('rehearsal: interrupted');
  });
});
