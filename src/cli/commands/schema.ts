import { compose } from '../../di/composition.js';
import { representJsonSchema } from '../../scenarios/represent-schema.js';
import { scenarioJsonSchema } from '../../scenarios/scenario-schema.js';
import type { CliContext } from '../cli-context.js';

export interface SchemaOptions {
  readonly represent: boolean;
  readonly plugin: readonly string[];
}

/** `reverie schema`: the JSON Schema of scenario files, or of encoder studies, the parts of plug-ins included. */
export async function schemaCommand(
  { represent, plugin }: SchemaOptions,
  { out }: Pick<CliContext, 'out'>,
): Promise<void> {
  const { catalogue } = await compose({ engine: 'auto', plugins: plugin });
  const schema = represent ? representJsonSchema(catalogue) : scenarioJsonSchema(catalogue);
  out.write(`${JSON.stringify(schema, null, 2)}\n`);
}
