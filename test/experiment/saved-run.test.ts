import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { packCheckpoint } from '../../src/experiment/checkpoint.js';
import { readSavedRun } from '../../src/experiment/saved-run.js';
import { writeTensorFile } from '../../src/experiment/tensor-file.js';
import { errorOf, eventsOf, resultIn, setupOf, temporaryFolder, untimed } from './fixtures.js';

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
    expect(checkpoint.madeFrom).to.deep.equal({ configuration: { learners: ['x'] }, sampleShape: [2] });
    await writeFile(folder('result.json'), '{}');
    expect((await readSavedRun(folder())).finished).to.equal(true);
  });

  it('of an earlier reverie goes on being resumable, though what its learner was made from is not known', async () => {
    const store = checkpointFolder(folder('checkpoints'));
    const setup = setupOf({ checkpoints: store });
    const whole = await eventsOf(setup);
    const { madeFrom, ...earlier } = (await readSavedRun(folder())).checkpoint;
    expect(madeFrom.sampleShape).to.deep.equal([2]);
    await writeTensorFile(folder('checkpoints', 'task-3.reverie'), packCheckpoint(earlier));
    const error = await errorOf(readSavedRun(folder()));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message).to.match(/task-3\.reverie does not say what its learner was made from/);
    const resumed = await eventsOf({ ...setup, resume: true });
    expect(untimed(resultIn(resumed))).to.deep.equal(untimed(resultIn(whole)));
  });
});
