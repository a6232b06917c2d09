import { extname, join } from 'node:path';
import { ReverieError } from '../core/errors.js';

export const exportFormats = ['onnx', 'tfjs'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The two files of an exported function. */
export interface ExportTarget {
  /** The model: `.onnx`, or `.json` for TensorFlow.js. */
  readonly model: string;
  /** Beside it: for ONNX what the model is and where it comes from, for TensorFlow.js its weights. */
  readonly companion: string;
}

/** What a file named with `--out` ends in, for each format. */
const endings: Readonly<Record<ExportFormat, string>> = { onnx: '.onnx', tfjs: '.json' };

/**
 * Where the files of the functions of a learner go. In a folder they are `<name>.onnx` and `<name>.json`, or
 * `<name>/model.json` and `<name>/weights.bin`. Where `out` is a file it is that of the first function; those of others
 * stand next to it, their name added.
 *
 * @param names of the functions, the first being the one that people are after
 * @throws ReverieError `bad-usage` where `out` is a file that not all of the formats can go into
 */
export function exportTargets(
  out: string,
  format: ExportFormat,
  names: readonly string[],
): ReadonlyMap<string, ExportTarget> {
  const ending = extname(out);
  const of = Object.values(endings).includes(ending);
  if (of && ending !== endings[format]) {
    throw new ReverieError(
      'bad-usage',
      `--out ${out}: --${format} writes files that end in ${endings[format]}; give such a file, or a folder`,
    );
  }
  const target = (name: string, first: boolean): ExportTarget => {
    if (!of) {
      return format === 'onnx'
        ? { model: join(out, `${name}.onnx`), companion: join(out, `${name}.json`) }
        : { model: join(out, name, 'model.json'), companion: join(out, name, 'weights.bin') };
    }
    const stem = `${out.slice(0, -ending.length)}${first ? '' : `-${name}`}`;
    return format === 'onnx'
      ? { model: `${stem}.onnx`, companion: `${stem}.json` }
      : { model: `${stem}.json`, companion: `${stem}.weights.bin` };
  };
  return new Map(names.map((name, i) => [name, target(name, i === 0)]));
}
