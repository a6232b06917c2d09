import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import type { RunEvent } from '../../../src/core/events.js';
import { noDisplay, type RunDisplay } from '../../../src/cli/progress/display.js';
import { liveDisplay } from '../../../src/cli/progress/live-display.js';
import { plainDisplay } from '../../../src/cli/progress/plain-display.js';
import { outputTo } from '../../../src/cli/cli-context.js';
import { batch, evaluatedAt, started, taskEnded, taskStarted } from './some-events.js';

/** A clock that is wherever the test puts it, in seconds. */
function clock() {
  const time = { seconds: 0 };
  return { time, read: () => time.seconds * 1000 };
}

type Script = readonly (readonly [seconds: number, event: RunEvent])[];

/** Shows these events of a run, each at its second. */
function play(display: RunDisplay, run: string, time: { seconds: number }, events: Script): void {
  for (const [seconds, event] of events) {
    time.seconds = seconds;
    display.progressed(run, event);
  }
}

function plainLines(events: Script): readonly string[] {
  const { time, read } = clock();
  const lines: string[] = [];
  play(
    plainDisplay((line) => lines.push(line), read),
    'l',
    time,
    events,
  );
  return lines;
}

describe('progress on a pipe', () => {
  it('is a line when a task starts and one when it ends', () => {
    const lines = plainLines([
      [0, started()],
      [0, taskStarted(1)],
      [3, batch(1, 50, { new: 1 })],
      [8, evaluatedAt(1, 0.99)],
      [8.4, taskEnded(1)],
    ]);
    expect(lines).to.deep.equal([
      'l: task 1/5, classes 0, 1, 12,000 samples',
      'l: task 1/5 done in 8.4 s, accuracy over samples 0.9900',
    ]);
  });

  it('leaves out the start of a task that follows another line within a second', () => {
    const lines = plainLines([
      [0, started()],
      [0, taskStarted(1)],
      [0.5, taskEnded(1)],
      [0.5, taskStarted(2)],
      [0.9, taskEnded(2)],
    ]);
    expect(lines.map((line) => line.slice(0, 15))).to.deep.equal([
      'l: task 1/5, cl',
      'l: task 1/5 don',
      'l: task 2/5 don',
    ]);
  });

  it('says where a resumed run goes on', () => {
    expect(plainLines([[0, started(3)]])).to.deep.equal(['l: resumes after task 3/5']);
  });
});

describe('progress of several runs on a pipe', () => {
  it('says which run each line is of, and which failed', () => {
    const { time, read } = clock();
    const lines: string[] = [];
    const display = plainDisplay((line) => lines.push(line), read);
    play(display, 'a, seed 1', time, [[0, started()], [0, taskStarted(1)]]); // prettier-ignore
    play(display, 'a, seed 2', time, [[1, started()], [1, taskStarted(1)]]); // prettier-ignore
    play(display, 'a, seed 1', time, [[4, evaluatedAt(1, 0.5)], [4, taskEnded(1)]]); // prettier-ignore
    display.ended('a, seed 1', 'completed');
    display.ended('a, seed 2', 'failed');
    expect(lines).to.deep.equal([
      'a, seed 1: task 1/5, classes 0, 1, 12,000 samples',
      'a, seed 2: task 1/5, classes 0, 1, 12,000 samples',
      'a, seed 1: task 1/5 done in 4.0 s, accuracy over samples 0.5000',
      'a, seed 2: failed',
    ]);
  });
});

function screen(): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  const through = new PassThrough();
  const stream = Object.assign(through, { isTTY: true, columns: 100, rows: 24 }) as unknown as NodeJS.WriteStream;
  let all = '';
  return { stream, text: () => (all += stripVTControlCharacters(String(through.read() ?? ''))) };
}

/** Waits until this is on the screen; the list gets to its runs, and draws them, in its own time. */
async function shownOn(text: () => string, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (text().includes(what)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`"${what}" never came: ${text()}`);
}

describe('progress on a terminal', () => {
  it('shows the progress of the present run and, at the end, its accuracy', async () => {
    const { stream, text } = screen();
    const { time, read } = clock();
    const display = liveDisplay(['rehearsal'], 1, outputTo(stream, {}), read);
    await shownOn(text, 'rehearsal');
    play(display, 'rehearsal', time, [
      [0, started()],
      [0, taskStarted(1)],
      [10, batch(1, 50, { new: 1 })],
    ]);
    await shownOn(text, 'iteration 50/100');
    play(display, 'rehearsal', time, [[20, evaluatedAt(5, 0.95)]]);
    display.ended('rehearsal', 'completed');
    await display.close();
    const shown = text();
    expect(shown).to.include('task 1/5 · iteration 50/100 · 1 min 30 s left · loss new 1.00');
    expect(shown).to.match(/rehearsal: accuracy over samples 0\.9500\n/);
  });

  it('shows runs side by side, and says which was interrupted and which failed', async () => {
    const { stream, text } = screen();
    const { time, read } = clock();
    const display = liveDisplay(['a', 'b', 'c'], 2, outputTo(stream, {}), read);
    await shownOn(text, 'b');
    for (const run of ['a', 'b']) play(display, run, time, [[0, started()], [1, taskStarted(1)]]); // prettier-ignore
    display.ended('b', 'failed');
    display.ended('a', 'stopped');
    await display.close();
    const shown = text();
    expect(shown).to.include('a: interrupted').and.to.include('b: failed');
    expect(shown).not.to.include('c: ');
  });

  it('shows a run that ended before the list got to it', async () => {
    const { stream, text } = screen();
    const { time, read } = clock();
    const display = liveDisplay(['quick'], 1, outputTo(stream, {}), read);
    play(display, 'quick', time, [[0, started()], [1, evaluatedAt(5, 0.5)]]); // prettier-ignore
    display.ended('quick', 'completed');
    await display.close();
    expect(text()).to.match(/quick: accuracy over samples 0\.5000\n/);
  });
});

it('a display for nobody shows nothing', async () => {
  noDisplay.progressed('a', started());
  noDisplay.ended('a', 'completed');
  await noDisplay.close();
});
