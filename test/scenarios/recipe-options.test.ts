import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { contextFor } from '../../src/testing/learning.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { chooseLearners } from '../../src/cli/choose-learners.js';
import { learners } from '../../src/learners/learners.js';
import { recipes } from '../../src/learners/recipes.js';
import { parseScenario } from '../../src/scenarios/load-scenario.js';
import { recipeOptions } from '../../src/scenarios/recipe-options.js';
import { captureError } from '../support/capture-error.js';
import { fakeCatalogue } from './fake-catalogue.js';

const parse = (text: string) =>
  parseScenario(
    `name: x\ndataset: synthetic\ntasks: 5\ntraining: { iterations: 10 }\n${text}`,
    'x.yaml',
    fakeCatalogue,
  );

describe('the recipe of a scenario', () => {
  it('sets the options that a learner has and the file does not give', () => {
    const { learners: made } = parse(
      'recipe: gentle\nlearners: [finetune, { name: rehearsal, options: { rate: 0.5 } }]',
    );
    // fake-catalogue.ts: finetune has no options; the recipe sets rate, hidden, and loss for rehearsal.
    expect(made).to.deep.equal([
      { name: 'finetune', options: {} },
      { name: 'rehearsal', options: { hidden: [10], rate: 0.5, loss: 'hard' } },
    ]);
  });

  it('holds for learners that are named on the command line as well', () => {
    const scenario = parse('recipe: gentle\nlearners: [finetune]');
    expect(chooseLearners(scenario, ['rehearsal'], fakeCatalogue)).to.deep.equal([
      { name: 'rehearsal', options: { hidden: [10], rate: 0.01, loss: 'hard' } },
    ]);
  });

  it('leaves out what goes with something that the file gives', () => {
    const set = recipeOptions(recipes['van-de-ven-2022'], 'finetune', learners.finetune, { network: { name: 'cnn' } });
    expect(set).not.to.have.property('hidden');
    expect(set).to.include({ outputs: 'all', resetOptimiser: false });
  });

  it('is refused where nobody knows it, with those that there are', async () => {
    const error = await captureError(() => parse('recipe: gentel\nlearners: [finetune]'));
    expect(error.message).to.match(/x\.yaml:5:9.*recipe.*gentle/s);
  });

  for (const [name, recipe] of Object.entries(recipes)) {
    it(`${name} gives every learner options that it takes together, and learners of its own that there are`, async () => {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      for (const [learner, part] of Object.entries(learners)) {
        const set = recipeOptions(recipe, learner, part, {});
        expect(part.options.safeParse(set).error?.message, learner).to.equal(undefined);
        (await part.make(set, context)).dispose();
      }
      for (const [learner, own] of Object.entries<object>(recipe.learners)) {
        const part = Object.entries(learners).find(([known]) => known === learner)?.[1];
        if (part === undefined) throw new Error(`${name} knows ${learner}, which is no learner`);
        expect(recipeOptions(recipe, learner, part, {}), learner).to.include.keys(Object.keys(own));
      }
    });
  }
});
