import { z } from 'zod';

/** An option under a name that it had once: refused, in a sentence that says what it is called now. */
export function renamedOption(to: string) {
  return z
    .unknown()
    .refine((given) => given === undefined, `this option is called ${to} now`)
    .optional()
    .meta({ deprecated: true, description: `Called ${to} now.` });
}
