import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Snapshot } from '../../src/core/snapshot.js';
import { packCheckpoint } from '../../src/experiment/checkpoint.js';
import type { Checkpoint, CheckpointState } from '../../src/experiment/checkpoint.js';
import { checkpointFile, checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { initialRunState } from '../../src/experiment/reduce-run.js';
import { writeTensorFile } from '../../src/files/tensor-file.js';
import { errorOf, eventsOf, resultIn, setupOf, temporaryFolder, untimed } from './fixtures.js';

const description = {
  run: 's-l-1',
  scenario: 's',
  scenarioDigest: 'd',
  configuration: {},
  learner: 'l',
  seed: 1,
  engine: 'e',
  versions: { reverie: '0' },
};

const checkpointAfter = (task: number, iteration?: number): Checkpoint => {
  const each = Array.from({ length: task }, (_, i) => i);
  const ended = iteration === undefined ? each : each.slice(0, -1);
  return {
    version: 2,
    task,
    ...(iteration === undefined ? {} : { iteration }),
    learner: { json: { task }, tensors: { w: { shape: [2], data: Float32Array.of(task, 0.1) } } },
    random: { sampler: [1, -2, 3, 4] },
    state: {
      ...(initialRunState as CheckpointState),
      description,
      sampleShape: [1],
      tasks: each.map((i) => [i]),
      rows: ended.map((i) => each.slice(0, i + 1).map(() => 1)),
      testSizes: each.map(() => 4),
    },
    timings: initialRunState.timings,
  };
};

describe('a checkpoint folder', () => {
  const folder = temporaryFolder();

  it('gives back what was saved last', async () => {
    const store = checkpointFolder(folder('c'));
    expect((await store.save(checkpointAfter(1))).path).to.equal(folder('c', 'task-1.reverie'));
    await store.save(checkpointAfter(2));
    expect(await store.latest(description)).to.deep.equal({
      path: folder('c', 'task-2.reverie'),
      checkpoint: checkpointAfter(2),
    });
  });

  it('has none before the first save, and makes no folder by being asked', async () => {
    expect(await checkpointFolder(folder('c')).latest(description)).to.equal(undefined);
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it('orders tasks by number, not by name', async () => {
    const store = checkpointFolder(folder());
    await store.save(checkpointAfter(9));
    await store.save(checkpointAfter(10));
    expect((await store.latest(description))?.checkpoint.task).to.equal(10);
  });

  it('keeps the last two, and whatever is not its own; what a killed process left half-written goes', async () => {
    await writeFile(folder('.partial-7-task-2.reverie'), 'half');
    await writeFile(folder('notes.txt'), 'mine');
    const store = checkpointFolder(folder());
    for (const task of [1, 2, 3]) await store.save(checkpointAfter(task));
    expect((await readdir(folder())).sort()).to.deep.equal(['notes.txt', 'task-2.reverie', 'task-3.reverie']);
  });

  it('keeps those within tasks in their places: after the end of the task before, before the end of their own', async () => {
    const store = checkpointFolder(folder());
    const places: [number, number?][] = [[1], [2, 5], [2, 10], [2], [3, 100]];
    const newest = [];
    for (const place of places) {
      await store.save(checkpointAfter(...place));
      const { task, iteration } = (await store.latest(description))?.checkpoint ?? {};
      newest.push(iteration === undefined ? [task] : [task, iteration]);
    }
    expect(newest).to.deep.equal(places);
    expect((await readdir(folder())).sort()).to.deep.equal(['task-2.reverie', 'task-3-iteration-100.reverie']);
  });

  it('advises to delete a damaged checkpoint, and then resumes from the one before', async () => {
    const store = checkpointFolder(folder());
    await store.save(checkpointAfter(1));
    const { path } = await store.save(checkpointAfter(2));
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, -1));
    const error = await errorOf(store.latest(description));
    expect(error).to.have.property('code', 'bad-checkpoint');
    expect(error.message).to.match(/task-2\.reverie: .*; delete it to resume after task 1 with --resume$/);
    await rm(path);
    expect((await store.latest(description))?.checkpoint.task).to.equal(1);
    await writeFile(folder('task-1.reverie'), 'x');
    expect((await errorOf(store.latest(description))).message).to.contain('delete it to start from the beginning');
  });

  it('refuses a proper file whose content is not proper, and says which part', async () => {
    const { json, tensors } = packCheckpoint(checkpointAfter(1));
    const saved = json as Record<string, never>;
    const state = saved['state'] as unknown as Record<string, never>;
    const cases: [Snapshot['json'], RegExp][] = [
      [{ ...saved, version: 1 }, /has checkpoint version 1, but this reverie reads version 2/],
      [{ ...saved, task: 0 }, /no proper checkpoint at task/],
      [{ ...saved, random: { sampler: ['1'] } }, /no proper checkpoint at random\.sampler\.0/],
      [{ ...saved, state: { ...state, testSizes: [-1] } }, /no proper checkpoint at state\.testSizes\.0/],
      [{ ...saved, task: 2 }, /contradicts itself on what was measured after task 2/],
      [null, /no proper checkpoint at the top/],
    ];
    for (const [bad, message] of cases) {
      await writeTensorFile(folder(checkpointFile({ task: 1 })), { json: bad, tensors });
      const error = await errorOf(checkpointFolder(folder()).latest(description));
      expect(error).to.have.property('code', 'bad-checkpoint');
      expect(error.message).to.match(message);
    }
  });

  it('never lets a damaged byte through to a result', async () => {
    const resumed = setupOf({ resume: true, checkpoints: checkpointFolder(folder()) });
    const whole = untimed(resultIn(await eventsOf(setupOf({ checkpoints: checkpointFolder(folder()) }))));
    expect(untimed(resultIn(await eventsOf(resumed)))).to.deep.equal(whole);
    const path = folder(checkpointFile({ task: 3 }));
    const bytes = await readFile(path);
    for (let at = 0; at < bytes.length; at += 13) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(path, damaged);
      const error = await errorOf(eventsOf(resumed));
      expect(error, `byte ${at}`).to.have.property('code', 'bad-checkpoint');
    }
  });

  it('says when it cannot be written', async () => {
    await writeFile(folder('file'), '');
    const error = await errorOf(checkpointFolder(folder('file', 'c')).save(checkpointAfter(1)));
    expect(error).to.have.property('code', 'bad-output');
    expect(error.message).to.match(/part of the path is a file/);
  });
});
