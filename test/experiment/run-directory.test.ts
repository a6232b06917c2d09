import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { newRunDirectory, runName } from '../../src/experiment/run-directory.js';
import { errorOf, temporaryFolder } from './fixtures.js';

const name = { scenario: 'points', learner: 'mean', seed: 7 };

describe('the directory of a run', () => {
  const folder = temporaryFolder();

  it('is named for scenario, learner and seed, below a directory that is made', async () => {
    const { state, directory } = await newRunDirectory(folder('a', 'runs'), name);
    expect(state).to.equal('new');
    expect(directory.path).to.equal(folder('a', 'runs', 'points-mean-7'));
    expect(directory.resultFile).to.equal(folder('a', 'runs', 'points-mean-7', 'result.json'));
    expect(directory.eventLog).to.equal(folder('a', 'runs', 'points-mean-7', 'events.jsonl'));
    expect(await readdir(folder('a', 'runs'))).to.deep.equal(['points-mean-7']);
  });

  it('is never that of another run: a taken name gets a number', async () => {
    const paths = [];
    for (let i = 0; i < 3; i++) paths.push((await newRunDirectory(folder(), name)).directory.path);
    expect(paths).to.deep.equal([folder('points-mean-7'), folder('points-mean-7.2'), folder('points-mean-7.3')]);
  });

  it('is another for each of two runs that begin at once', async () => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => newRunDirectory(folder(), name)));
    expect(new Set(opened.map(({ directory }) => directory.path)).size).to.equal(4);
  });

  it('does not reuse the number of a run that was deleted before newer ones', async () => {
    await mkdir(folder('points-mean-7.9'));
    const { directory } = await newRunDirectory(folder(), name);
    expect(directory.path).to.equal(folder('points-mean-7.10'));
  });

  it('does not lead out of the place for runs, whatever the scenario is called', () => {
    expect(runName({ ...name, scenario: '../../etc/x y' })).to.equal('--..-etc-x-y-mean-7');
    expect(runName({ ...name, scenario: '.hidden' })).to.equal('-hidden-mean-7');
  });

  it('is refused where --out is a file or below one, and nothing is written', async () => {
    await writeFile(folder('file'), 'mine');
    for (const out of [folder('file'), folder('file', 'runs')]) {
      const error = await errorOf(newRunDirectory(out, name));
      expect(error).to.have.property('code', 'bad-output');
      expect(error.message).to.match(/is a file.*choose another --out/);
    }
    expect(await readdir(folder())).to.deep.equal(['file']);
  });

  it('is refused where --out may not be written', async function () {
    // An administrator may write everywhere but into the kernel's own file system, which lets nobody make a directory.
    if (process.platform !== 'linux') this.skip();
    const error = await errorOf(newRunDirectory('/proc/reverie-runs', name));
    expect(error).to.have.property('code', 'bad-output');
    expect(error.message).to.contain('/proc/reverie-runs');
  });
});
