import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compose } from '../../src/di/composition.js';
import { loadRepresent } from '../../src/scenarios/load-represent.js';
import { loadScenario } from '../../src/scenarios/load-scenario.js';
import { resolveScenario, shippedScenarios } from '../../src/scenarios/shipped-scenarios.js';
import { captureError } from '../support/capture-error.js';
import { inFolder } from '../data/idx-bytes.js';

describe('the scenarios that come with the package', () => {
  it('are listed by name, with a sentence each, and are valid', async () => {
    const [shipped, { catalogue }] = [await shippedScenarios(), await compose({ engine: 'auto' })];
    expect(shipped.map(({ name }) => name)).to.include.members(['smoke', 'split-mnist', 'split-mnist-paper']);
    for (const { name, description, path } of shipped) {
      expect(description, name).to.match(/\.$/);
      expect((await loadScenario(path, catalogue)).name).to.equal(name);
    }
  });

  it('have encoder studies next to them, which are valid too', async () => {
    const [shipped, { catalogue }] = [await shippedScenarios('represent'), await compose({ engine: 'auto' })];
    expect(shipped.map(({ name }) => name)).to.include.members(['represent-smoke', 'represent-mnist']);
    for (const { name, description, path } of shipped) {
      expect(description, name).to.match(/\.$/);
      expect((await loadRepresent(path, catalogue)).name).to.equal(name);
    }
  });

  it('split-mnist-paper follows van de Ven et al. 2022: order by the seed, ten outputs, an optimiser that goes on', async () => {
    const { catalogue } = await compose({ engine: 'auto' });
    const scenario = await loadScenario(await resolveScenario('split-mnist-paper'), catalogue);
    expect(scenario).to.deep.include({
      stream: { name: 'class-incremental', options: { tasks: 5, classOrder: 'random' } },
      plan: { budget: { iterations: 2000 }, batchSize: 128 },
    });
    for (const { name, options } of scenario.learners) {
      expect(options, name).to.deep.include({ outputs: 'all', resetOptimiser: false, hidden: [400, 400] });
    }
  });

  for (const name of ['split-mnist-ascending', 'split-mnist-noise']) {
    it(`${name} has 5 × 2 classes ascending, 2,000 iterations, batches of 128`, async () => {
      const { catalogue } = await compose({ engine: 'auto' });
      const scenario = await loadScenario(await resolveScenario(name), catalogue);
      expect(scenario).to.deep.include({
        stream: { name: 'class-incremental', options: { tasks: 5, classOrder: 'ascending' } },
        plan: { budget: { iterations: 2000 }, batchSize: 128 },
      });
      expect(scenario.dataset.name).to.equal('mnist');
    });
  }
});

describe('resolveScenario', () => {
  it('finds a shipped scenario by its name', async () => {
    expect(await resolveScenario('smoke')).to.match(/scenarios[/\\]smoke\.yaml$/);
  });

  it('takes the path of any file as it is', async () => {
    await inFolder(async (dir) => {
      const path = join(dir, 'mine.yaml');
      await writeFile(path, '');
      expect(await resolveScenario(path)).to.equal(path);
    });
  });

  it('refuses what is neither, and says which name was probably meant', async () => {
    for (const argument of ['split-mnits', './nowhere/split-mnits.yaml']) {
      const error = await captureError(() => resolveScenario(argument));
      expect(error.code).to.equal('unknown-name');
      expect(error.message).to.include(`scenario "${argument}" is neither a file`);
      expect(error.message).to.include('did you mean "split-mnist"?');
    }
    expect((await captureError(() => resolveScenario(''))).message).to.match(/known: .*smoke, .*split-mnist/);
  });
});
