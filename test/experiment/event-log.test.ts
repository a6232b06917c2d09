import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { RunEvent } from '../../src/core/events.js';
import { someCheckpointSaved, someRunStarted, someTaskEnded, someTaskStarted } from '../support/some-events.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { eventLog, type EventLogOptions } from '../../src/experiment/event-log.js';
import { meanLearner } from './fake-learner.js';
import { errorOf, eventsOf, setupOf, temporaryFolder } from './fixtures.js';

const started = (resumedAfter: number): RunEvent => someRunStarted({ resumedAfter });
const taskStarted = (task: number): RunEvent => someTaskStarted(task);
const ended = (task: number): RunEvent => someTaskEnded(task);
const saving = (task: number): RunEvent => ({ type: 'checkpoint-started', task });

describe('the event log', () => {
  const folder = temporaryFolder();
  const lines = async (): Promise<Record<string, unknown>[]> => {
    const text = await readFile(folder('events.jsonl'), 'utf8');
    expect(text.endsWith('\n')).to.equal(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const saved = (task: number): RunEvent => someCheckpointSaved(task, folder('checkpoints', `task-${task}.reverie`));

  it('has each event with the seconds since the run began, every tenth batch and the last of a task', async () => {
    let now = 5000;
    const clock = (): number => (now += 250);
    const createLearner = (random: Parameters<typeof meanLearner>[0]) =>
      Promise.resolve(meanLearner(random, { iterations: 25 }));
    const checkpoints = checkpointFolder(folder('checkpoints'));
    const observers = [eventLog(folder('events.jsonl'), { clock })];
    const events = await eventsOf(setupOf({ createLearner, checkpoints, observers }));
    const log = await lines();
    const task = [
      'task-started',
      'epoch-started',
      10,
      20,
      25,
      'epoch-ended',
      'evaluated',
      'task-ended',
      'checkpoint-started',
      'checkpoint-saved',
    ];
    expect(
      log
        .map((line) => line['iteration'] ?? line['type'])
        .map((name, i) => (log[i]?.['type'] === 'evaluated' ? 'evaluated' : name)),
    ).to.deep.equal(
      ['run-started', ...task, ...task, ...task, 'run-completed'], // prettier-ignore
    );
    // The clock is asked once for the beginning and once a line, a quarter of a second later each time.
    expect(log.map((line) => line['at'])).to.deep.equal(log.map((_, i) => 0.25 * (i + 1)));
    const { at, ...second } = log[1] ?? {};
    expect(at).to.equal(0.5);
    expect(second).to.deep.equal(events[1]);
    expect(log[10]).to.deep.include({ type: 'checkpoint-saved', path: 'checkpoints/task-1.reverie' });
  });

  it('ends with the metrics, and does not repeat the result', async () => {
    const events = await eventsOf(setupOf({ observers: [eventLog(folder('events.jsonl'))] }));
    const last = (await lines()).at(-1) ?? {};
    const result = events.flatMap((event) => (event.type === 'run-completed' ? [event.result] : []))[0];
    expect(Object.keys(last)).to.deep.equal(['type', 'timings', 'metrics', 'at']);
    expect((last['metrics'] as Record<string, number>)['accuracyOverTasks']).to.equal(
      result?.metrics['accuracyOverTasks']?.value,
    );
  });

  it('has a task on disk before its checkpoint is saved, and all else when it is closed', async () => {
    const log = eventLog(folder('events.jsonl'));
    await log.observe(started(0));
    await log.observe(ended(1));
    expect((await lines()).map((line) => line['type'])).to.deep.equal(['run-started', 'task-ended']);
    await log.observe({ type: 'batch-trained', task: 2, iteration: 10, iterations: 20, losses: {} });
    expect(await lines()).to.have.length(2);
    await log.close?.();
    expect(await lines()).to.have.length(3);
  });

  it('is kept when the run fails', async () => {
    const createLearner = () => Promise.reject(new Error('no room'));
    const failed = await errorOf(eventsOf(setupOf({ createLearner, observers: [eventLog(folder('events.jsonl'))] })));
    expect(failed.message).to.contain('no room');
    expect(await lines()).to.have.length(1);
  });

  describe('of a resumed run', () => {
    const logged = async (...events: RunEvent[]): Promise<void> => {
      await observed({ clock: () => 0 }, ...events);
    };
    const observed = async (options: EventLogOptions, ...events: RunEvent[]): Promise<void> => {
      const log = eventLog(folder('events.jsonl'), options);
      for (const event of events) await log.observe(event);
      await log.close?.();
    };
    const names = async (): Promise<string[]> =>
      (await lines()).map((line) => [line['type'], line['task']].join(' ').trim());

    it('is cut back to the checkpoint and goes on from there', async () => {
      await logged(started(0), taskStarted(1), ended(1), saved(1), taskStarted(2));
      await appendFile(folder('events.jsonl'), '{"type":"batch-tr'); // killed while it wrote
      await logged(started(1), taskStarted(2), ended(2));
      expect(await names()).to.deep.equal([
        'run-started',
        'task-started 1',
        'task-ended 1',
        'checkpoint-saved 1',
        'task-started 2',
        'task-ended 2',
      ]);
    });

    it('gets the line that a process was killed before it could write', async () => {
      await logged(started(0), taskStarted(1), ended(1), saving(1));
      await logged(started(1), taskStarted(2));
      expect((await lines())[4]).to.deep.equal({
        type: 'checkpoint-saved',
        task: 1,
        path: 'checkpoints/task-1.reverie',
        bytes: 0,
        seconds: 0,
        at: 0,
      });
      expect(await names()).to.have.length(6);
    });

    it('begins anew where the run does', async () => {
      await logged(started(0), taskStarted(1));
      await logged(started(0), taskStarted(1), ended(1));
      expect(await names()).to.deep.equal(['run-started', 'task-started 1', 'task-ended 1']);
    });

    it('goes on counting the seconds where it was cut', async () => {
      await writeFile(folder('events.jsonl'), '{"type":"checkpoint-saved","task":1,"at":12.5}\n');
      let now = 100;
      const clock = (): number => (now += 500);
      await observed({ clock }, started(1), taskStarted(2));
      expect((await lines()).at(-1)?.['at']).to.equal(13);
    });

    it('loses nothing of a log without the checkpoint', async () => {
      await writeFile(folder('events.jsonl'), 'notes of my own\n');
      await logged(started(1), taskStarted(2));
      const text = await readFile(folder('events.jsonl'), 'utf8');
      expect(text).to.match(/^notes of my own\n\{"type":"run-started".*\n\{"type":"task-started".*\n$/);
    });
  });

  it('that cannot be written ends the stream with an error that says so', async () => {
    const error = await errorOf(eventsOf(setupOf({ observers: [eventLog(folder('none', 'events.jsonl'))] })));
    expect(error).to.have.property('code', 'bad-output');
    expect(error.message).to.contain(folder('none', 'events.jsonl'));
  });
});
