import * as z from 'zod';
import type { Parts } from '../core/part.js';

/**
 * What a memory may be given as `p`: whatever one of the encoders takes as its option p. Undefined where none of them takes
 * one.
 */
export function probabilitySchema(encoders: Parts): z.ZodType | undefined {
  const schemas = new Set(
    Object.values(encoders).flatMap(({ options }) => {
      const shape: Readonly<Record<string, unknown>> = options instanceof z.ZodObject ? options.shape : {};
      const p = shape['p'];
      const inner: unknown = p instanceof z.ZodDefault || p instanceof z.ZodOptional ? p.unwrap() : p;
      return inner instanceof z.ZodType ? [inner] : [];
    }),
  );
  const [first, second, ...others] = schemas;
  if (first === undefined || second === undefined) return first;
  return z.union([first, second, ...others]);
}
