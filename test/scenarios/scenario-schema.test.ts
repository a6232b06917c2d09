import { expect } from 'chai';
import { scenarioJsonSchema } from '../../src/scenarios/scenario-schema.js';
import { fakeCatalogue } from './fake-catalogue.js';
import { writtenOut } from './written-out.js';

describe('scenarioJsonSchema', () => {
  const schema = writtenOut(scenarioJsonSchema(fakeCatalogue)) as Readonly<Record<string, unknown>>;

  it('is a strict draft 2020-12 schema that demands what has no default', () => {
    expect(schema['$schema']).to.equal('https://json-schema.org/draft/2020-12/schema');
    expect(schema['additionalProperties']).to.equal(false);
    expect(schema['required']).to.deep.equal(['name', 'dataset', 'training', 'learners']);
    expect(schema['oneOf']).to.deep.equal([{ required: ['stream'] }, { required: ['tasks'] }]);
  });

  it('has the names, options, defaults and sentences of the catalogue', () => {
    const { learners } = schema['properties'] as Record<string, { items?: { anyOf?: readonly unknown[] } }>;
    const [names, ...objects] = learners?.items?.anyOf ?? [];
    expect(names).to.deep.equal({ type: 'string', enum: ['finetune', 'rehearsal', 'joint', 'demanding'] });
    expect(objects).to.have.length(4);
    expect(objects[1]).to.deep.include({ description: 'Has options of all kinds.', required: ['name'] });
    expect(objects[1])
      .to.have.nested.property('properties.options.properties.rate')
      .that.deep.equals({ default: 0.001, type: 'number', exclusiveMinimum: 0, maximum: 1 });
  });

  it('lets the default memory go without its name', () => {
    const { memory } = schema['properties'] as Record<string, { anyOf?: readonly Record<string, unknown>[] }>;
    expect(memory?.anyOf?.[1]).to.have.nested.property('properties.name.const', 'autoencoder');
    expect(memory?.anyOf?.[1]).not.to.have.property('required');
  });

  it('offers for p of the memory a number and the schedules', () => {
    const { memory } = schema['properties'] as Record<string, { anyOf?: readonly Record<string, unknown>[] }>;
    expect(memory?.anyOf?.[1]).to.have.nested.property('properties.p.anyOf').with.length(3);
    expect(memory?.anyOf?.[1]).to.have.deep.nested.property('properties.p.anyOf[0]', {
      type: 'number',
      minimum: 0,
      maximum: 1,
    });
    expect(memory?.anyOf?.[1])
      .to.have.nested.property('properties.p.anyOf[1].required')
      .that.deep.equals(['from', 'to', 'over']);
    expect(memory?.anyOf?.[1]).to.have.nested.property('properties.p.anyOf[2].properties.steps.type', 'array');
  });
});
