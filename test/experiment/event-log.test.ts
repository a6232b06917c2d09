import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { Subject, lastValueFrom, of, toArray } from 'rxjs';
import type { RunEvent } from '../../src/core/events.js';
import { someCheckpointSaved, someRunStarted, someTaskEnded, someTaskStarted } from '../support/some-events.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { writeEventLog } from '../../src/experiment/event-log.js';
import { runEvents } from '../../src/experiment/run.js';
import { meanLearner } from './fake-learner.js';
import { errorOf, setupOf, temporaryFolder } from './fixtures.js';

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
    const events = await lastValueFrom(
      runEvents(setupOf({ createLearner, checkpoints })).pipe(
        writeEventLog(folder('events.jsonl'), { clock }),
        toArray(),
      ),
    );
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
    const events = await lastValueFrom(runEvents(setupOf()).pipe(writeEventLog(folder('events.jsonl')), toArray()));
    const last = (await lines()).at(-1) ?? {};
    const result = events.flatMap((event) => (event.type === 'run-completed' ? [event.result] : []))[0];
    expect(Object.keys(last)).to.deep.equal(['type', 'timings', 'metrics', 'at']);
    expect((last['metrics'] as Record<string, number>)['accuracyOverTasks']).to.equal(
      result?.metrics['accuracyOverTasks']?.value,
    );
  });

  it('has a task on disk before its checkpoint is saved, and all else when it is unsubscribed from', async () => {
    const source = new Subject<RunEvent>();
    const subscription = source.pipe(writeEventLog(folder('events.jsonl'))).subscribe();
    source.next(started(0));
    source.next(ended(1));
    expect((await lines()).map((line) => line['type'])).to.deep.equal(['run-started', 'task-ended']);
    source.next({ type: 'batch-trained', task: 2, iteration: 10, iterations: 20, losses: {} });
    subscription.unsubscribe();
    expect(await lines()).to.have.length(3);
  });

  it('is kept when the run fails', async () => {
    const source = new Subject<RunEvent>();
    const failed = errorOf(lastValueFrom(source.pipe(writeEventLog(folder('events.jsonl')))));
    source.next(started(0));
    source.error(new Error('diverged'));
    expect((await failed).message).to.equal('diverged');
    expect(await lines()).to.have.length(1);
  });

  describe('of a resumed run', () => {
    const logged = async (...events: RunEvent[]): Promise<void> => {
      await lastValueFrom(of(...events).pipe(writeEventLog(folder('events.jsonl'), { clock: () => 0 })));
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
      await lastValueFrom(of(started(1), taskStarted(2)).pipe(writeEventLog(folder('events.jsonl'), { clock })));
      expect((await lines()).at(-1)?.['at']).to.equal(13);
    });

    it('loses nothing of a log that does not tell of the checkpoint', async () => {
      await writeFile(folder('events.jsonl'), 'notes of my own\n');
      await logged(started(1), taskStarted(2));
      const text = await readFile(folder('events.jsonl'), 'utf8');
      expect(text).to.match(/^notes of my own\n\{"type":"run-started".*\n\{"type":"task-started".*\n$/);
    });
  });

  it('that cannot be written ends the stream with an error that says so', async () => {
    const error = await errorOf(
      lastValueFrom(runEvents(setupOf()).pipe(writeEventLog(folder('none', 'events.jsonl')))),
    );
    expect(error).to.have.property('code', 'bad-output');
    expect(error.message).to.contain(folder('none', 'events.jsonl'));
  });
});
