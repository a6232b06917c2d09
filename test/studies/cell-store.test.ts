import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { samplingStudyVersion } from '../../src/studies/sampling/sampling-result.js';
import { cellFolder } from '../../src/studies/cell-store.js';
import { samplingCells } from '../../src/studies/sampling/sampling-cells.js';
import { cellIdentity } from '../../src/studies/sampling/study-setup.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { captureError } from '../support/capture-error.js';
import { someCell, tinyPlan, tinyStudy } from './sampling/some-study.js';

const path = temporaryFolder();
const identity = { plan: { memories: [{ epochs: 20 }], teacher: { epochs: 3 } } };

describe('the cells of a study on disk', () => {
  it('are read as they were written', async () => {
    const store = cellFolder(path('study'), samplingCells, () => identity);
    expect(await store.read('deep-ae')).to.be.undefined;
    await store.write(someCell());
    expect(await store.read('deep-ae')).to.deep.equal(someCell());
    expect(await store.read('shallow-ae')).to.be.undefined;
  });

  it('are refused where they are of other choices, naming the first that differs', async () => {
    await cellFolder(path('study'), samplingCells, () => identity).write(someCell());
    const other = { plan: { memories: [{ epochs: 10 }], teacher: { epochs: 3 } } };
    const error = await captureError(() => cellFolder(path('study'), samplingCells, () => other).read('deep-ae'));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message).to.include('plan.memories.0.epochs: 20 there, 10 here').and.to.include('--resume');
  });

  for (const [what, content, code] of [
    ['no JSON', '{', 'bad-data'],
    ['no cell', '{"version": 1, "identity": {}, "cell": {"name": "deep-ae"}}', 'bad-data'],
    ['an accuracy above 1', JSON.stringify({ version: 1, identity, cell: someCell({ accuracy: 1.2 }) }), 'bad-data'],
    ['another version', JSON.stringify({ version: 0, identity, cell: someCell() }), 'bad-data'],
  ] as const) {
    it(`are refused where the file has ${what}, naming it`, async () => {
      const file = path('study', 'cells', 'deep-ae.json');
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      const error = await captureError(() => cellFolder(path('study'), samplingCells, () => identity).read('deep-ae'));
      expect(error.code).to.equal(code);
      expect(error.message).to.include(file).and.to.include('delete it');
    });
  }

  it('are gathered into result.json', async () => {
    const study = {
      version: samplingStudyVersion,
      table: 'mnist',
      dataset: 'mnist',
      budget: 'quick',
      measuredOn: 'test',
      seed: 1,
      engine: 'ort',
      versions: { reverie: '0.1.0' },
      configuration: identity,
      cells: [someCell()],
    } as const;
    await cellFolder(path(''), samplingCells, () => identity).finish(study);
    expect(JSON.parse(await readFile(path('result.json'), 'utf8'))).to.deep.equal(study);
  });

  it('do not depend on what the other memories of their study are like', async () => {
    const setup = tinyStudy(await engineForTest());
    const memories = tinyPlan.memories.map((memory) =>
      memory.name === 'deep-dae' ? { ...memory, epochs: 99 } : memory,
    );
    const changed = { ...setup, plan: { ...tinyPlan, memories } };
    expect(cellIdentity(changed, 'deep-ae')).to.deep.equal(cellIdentity(setup, 'deep-ae'));
    expect(cellIdentity(changed, 'deep-dae')).to.not.deep.equal(cellIdentity(setup, 'deep-dae'));
  });
});
