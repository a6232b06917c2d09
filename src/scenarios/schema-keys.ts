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

/** What is within optional, default and the like, and within a union told apart by name. */
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
  const wrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
      ? schema.unwrap()
      : undefined;
  return wrapped === undefined ? undefined : objectOrList(wrapped, value);
}
