import { isRecord } from '../../src/core/snapshot.js';

/** A JSON Schema with each `$ref` to one of its `$defs` replaced by what it refers to; what stands next to it stays. */
export function writtenOut(schema: unknown, definitions: unknown = isRecord(schema) ? schema['$defs'] : {}): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => writtenOut(entry, definitions));
  if (!isRecord(schema)) return schema;
  const { $ref, ...own } = schema;
  const name = typeof $ref === 'string' ? $ref.replace('#/$defs/', '') : undefined;
  const referred = name === undefined || !isRecord(definitions) ? {} : writtenOut(definitions[name], definitions);
  const entries = Object.entries(own).flatMap(([key, value]) =>
    key === '$defs' ? [] : [[key, writtenOut(value, definitions)] as const],
  );
  return { ...(isRecord(referred) ? referred : {}), ...Object.fromEntries(entries) };
}
