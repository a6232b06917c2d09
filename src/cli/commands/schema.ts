import { compose } from '../../di/composition.js';
import { scenarioJsonSchema } from '../../scenarios/scenario-schema.js';
import type { Surroundings } from '../surroundings.js';

export interface SchemaOptions {
  readonly plugin: readonly string[];
}

/** `reverie schema`: the JSON Schema of scenario files, the parts of plug-ins included. */
export async function schemaCommand({ plugin }: SchemaOptions, { out }: Pick<Surroundings, 'out'>): Promise<void> {
  const { catalogue } = await compose({ engine: 'auto', plugins: plugin });
  out.write(`${JSON.stringify(scenarioJsonSchema(catalogue), null, 2)}\n`);
}
