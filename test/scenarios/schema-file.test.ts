import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { compose } from '../../src/di/composition.js';
import { representJsonSchema } from '../../src/scenarios/represent-schema.js';
import { scenarioJsonSchema } from '../../src/scenarios/scenario-schema.js';

describe('scenarios/schema.json', () => {
  it('is what the parts say now; "reverie schema > scenarios/schema.json" renews it', async () => {
    const { catalogue } = await compose({ engine: 'auto' });
    const file = JSON.parse(await readFile('scenarios/schema.json', 'utf8')) as unknown;
    expect(file).to.deep.equal(JSON.parse(JSON.stringify(scenarioJsonSchema(catalogue))));
  });
});

describe('scenarios/represent-schema.json', () => {
  it('is what the parts say now; "reverie schema --represent > scenarios/represent-schema.json" renews it', async () => {
    const { catalogue } = await compose({ engine: 'auto' });
    const file = JSON.parse(await readFile('scenarios/represent-schema.json', 'utf8')) as unknown;
    expect(file).to.deep.equal(JSON.parse(JSON.stringify(representJsonSchema(catalogue))));
  });
});
