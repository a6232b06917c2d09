import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { packCheckpoint } from '../../src/experiment/checkpoint.js';
import { readSavedRun } from '../../src/experiment/saved-run.js';
import { writeTensorFile } from '../../src/files/tensor-file.js';
import { errorOf, eventsOf, setupOf, temporaryFolder } from './fixtures.js';

describe('a saved run', () => {
  const folder = temporaryFolder();

  it('is the checkpoint after the last task, with what its learner was made from', async () => {
    const setup = setupOf({ checkpoints: checkpointFolder(folder('checkpoints')), configuration: { learners: ['x'] } });
    await eventsOf(setup);
    const { finished, checkpoint, checkpointPath } = await readSavedRun(folder());
    expect([finished, checkpoint.task, checkpointPath]).to.deep.equal([
      false,
      3,
      folder('checkpoints', 'task-3.reverie'),
    ]);
    const { description, sampleShape } = checkpoint.state;
    expect([description.configuration, sampleShape]).to.deep.equal([{ learners: ['x'] }, [2]]);
    await writeFile(folder('result.json'), '{}');
    expect((await readSavedRun(folder())).finished).to.equal(true);
  });

  it('of an earlier reverie is refused in a sentence that says what to do', async () => {
    await eventsOf(setupOf({ checkpoints: checkpointFolder(folder('checkpoints')) }));
    const { json, tensors } = packCheckpoint((await readSavedRun(folder())).checkpoint);
    const earlier = { ...(json as Record<string, never>), version: 1 };
    await writeTensorFile(folder('checkpoints', 'task-3.reverie'), { json: earlier, tensors });
    const error = await errorOf(readSavedRun(folder()));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message).to.match(
      /task-3\.reverie has checkpoint version 1, but this reverie reads version 2; use it with the reverie that wrote it/,
    );
  });
});
