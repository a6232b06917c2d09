import { readFileSync } from 'node:fs';
import { sizeOf, type Shape } from '../../../src/core/tensor.js';

/** A value in a fixture. Inputs are exact in float32; results have nine significant digits. */
export interface FixtureTensor {
  readonly shape: Shape;
  readonly data: readonly number[];
}

/** One computation by PyTorch in float64, and the gradients of Σ upstream · output. */
export interface FixtureCase {
  /** What it computes, then a variant after a colon: `conv2d: strided`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, FixtureTensor>>;
  readonly output: FixtureTensor;
  readonly upstream: FixtureTensor;
  /** By the name of the input; inputs that are not differentiated have none. */
  readonly gradients: Readonly<Record<string, FixtureTensor>>;
}

interface Fixtures {
  readonly madeBy: { readonly script: string; readonly torch: string; readonly python: string };
  readonly cases: readonly FixtureCase[];
}

/**
 * The fixtures in `fixtures/<file>`; `madeBy` says by which script they were made, and with what.
 *
 * @param module the one that the folder lies next to; this one unless given
 */
export function readFixtures(file: string, module = import.meta.url): Fixtures {
  const fixtures = JSON.parse(readFileSync(new URL(`fixtures/${file}`, module), 'utf8')) as Fixtures;
  for (const { name, inputs, output, upstream, gradients } of fixtures.cases) {
    for (const { shape, data } of [...Object.values(inputs), output, upstream, ...Object.values(gradients)]) {
      if (data.length !== sizeOf(shape))
        throw new Error(`${file}, ${name}: ${data.length} values for [${shape.join()}]`);
    }
  }
  return fixtures;
}

/** What a case computes: its name up to the colon. */
export function subjectOf({ name }: FixtureCase): string {
  return name.split(':', 1)[0] ?? name;
}
