import type { output, ZodType } from 'zod';
import { ReverieError } from './errors.js';

/**
 * A part that a scenario can name: what `reverie list` says of it and which options it takes. The options are declared
 * once, next to the part that reads them; the scenario's schema, its defaults and its error messages come from there.
 */
export interface PartDescription {
  /** One sentence, shown by `reverie list`. */
  readonly summary: string;
  /** A strict object schema with a default for every option that has a sensible one. */
  readonly options: ZodType;
}

/** The named parts of one kind, e.g. all learners. */
export type Parts<P extends PartDescription = PartDescription> = Readonly<Record<string, P>>;

/** A part whose options' type is its own business: what maps of parts hold. */
export interface NamedPart<Context, Made> extends PartDescription {
  /**
   * Checks the options, fills in defaults, and makes the part.
   *
   * @throws ReverieError `bad-usage` for options that the part does not take
   */
  make(options: unknown, context: Context): Made | Promise<Made>;
}

/** Describes a part: ties the type of its options to the schema that declares them. */
export function definePart<Schema extends ZodType, Context, Made>(part: {
  readonly summary: string;
  readonly options: Schema;
  readonly create: (options: output<Schema>, context: Context) => Made | Promise<Made>;
}): NamedPart<Context, Made> {
  const { summary, options, create } = part;
  return {
    summary,
    options,
    make(given, context) {
      const { data, error } = options.safeParse(given);
      if (error === undefined) return create(data, context);
      const problems = error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
      throw new ReverieError('bad-usage', `options ${problems.join('; ')}`, { cause: error });
    },
  };
}
