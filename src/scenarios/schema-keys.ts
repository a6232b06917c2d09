import * as z from 'zod';
import type { Path } from './problem.js';
import { isRecord } from '../core/snapshot.js';

/** The value that a path leads to; undefined where it leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) {
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(segment)];
    else value = isRecord(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  }
  return value;
}

/**
 * The keys that the schema takes in the object at this path; undefined where the schema is of a kind that cannot be
 * looked into, e.g. a plug-in's own transformation.
 *
 * @param root the value that the schema was asked about: it decides which option of a union counts
 */
export function keysAt(schema: z.core.$ZodType, root: unknown, path: Path): readonly string[] | undefined {
  let current = objectOrList(schema, root);
  for (const [i, segment] of path.entries()) {
    const next = current === undefined ? undefined : inside(current, segment);
    current = next === undefined ? undefined : objectOrList(next, valueAt(root, path.slice(0, i + 1)));
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : undefined;
}

function inside(schema: z.ZodObject | z.ZodArray, segment: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  return shape[segment];
}

/** What is within optional, default and the like, within a union distinguished by name, and the likeliest of any other. */
function objectOrList(schema: z.core.$ZodType, value: unknown): z.ZodObject | z.ZodArray | undefined {
  if (schema instanceof z.ZodObject || schema instanceof z.ZodArray) return schema;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const matching = schema.options.find((option) => {
      const literal: unknown = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
      return literal instanceof z.ZodLiteral && isRecord(value) && literal.value === value[discriminator];
    });
    return matching === undefined ? undefined : objectOrList(matching, value);
  }
  if (schema instanceof z.ZodUnion) {
    const objects = schema.options.flatMap((option) => objectOrList(option, value) ?? []);
    return objects.sort((a, b) => strangers(a, value) - strangers(b, value))[0];
  }
  const wrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
      ? schema.unwrap()
      : undefined;
  return wrapped === undefined ? undefined : objectOrList(wrapped, value);
}

/** How many keys of the value are not in the schema, or the other way about. */
function strangers(schema: z.ZodObject | z.ZodArray, value: unknown): number {
  if (!(schema instanceof z.ZodObject) || !isRecord(value)) return Array.isArray(value) ? 0 : Infinity;
  const [given, known] = [Object.keys(value), Object.keys(schema.shape)];
  const notIn = (keys: readonly string[], others: readonly string[]): number =>
    keys.filter((key) => !others.includes(key)).length;
  // What is unknown weighs more: what is missing may have a default.
  return 1000 * notIn(given, known) + notIn(known, given);
}
