import { ReverieError } from '../core/errors.js';
import type { PartKind } from './tokens.js';

/** The methods without which a part cannot be used; TypeScript checks them, JavaScript plug-ins are checked here. */
const required = {
  datasets: [],
  streams: [],
  learners: ['learn', 'predict', 'save', 'restore', 'footprint', 'dispose'],
  memories: ['train', 'dream', 'consolidate', 'bytes', 'save', 'restore', 'dispose'],
  encoders: ['targets'],
  samplers: ['sample', 'fit', 'save', 'restore'],
  autoencoders: ['train', 'freeze', 'with', 'decoder', 'save', 'restore', 'dispose'],
  probes: ['fit'],
} as const satisfies Record<PartKind, readonly string[]>;

/** @throws bad-plugin that names the methods `made` lacks */
export function checkMethods(kind: PartKind, name: string, made: unknown): void {
  const missing = required[kind].filter(
    (method) => typeof made !== 'object' || made === null || typeof Reflect.get(made, method) !== 'function',
  );
  if (missing.length > 0) {
    throw new ReverieError(
      'bad-plugin',
      `"${name}" among the ${kind} lacks ${missing.join(', ')}; what its "create" gives must have the methods ${required[kind].join(', ')}`,
    );
  }
}
