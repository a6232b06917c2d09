import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { messageOf, ReverieError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { givenPieces } from './given-file.js';

/** What separates the cells of a row. */
export const delimiters = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Delimiter = keyof typeof delimiters;

export interface CsvOptions {
  readonly delimiter: Delimiter;
  /** Whether the first row has the names of the columns. */
  readonly header: boolean;
  /** The column of labels: its name, or the last one where undefined. */
  readonly label: string | undefined;
}

/** A table of numbers with a column of labels, as texts. */
export interface CsvTable {
  /** Row-major, without the column of labels. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly width: number;
  readonly labels: readonly string[];
}

const mostBytes = 2 ** 31 - 1;
/** Values of a table: half a GiB as they are kept. */
const mostValues = 2 ** 27;
/** Characters of one row: what a quote that is never closed would take. */
const mostRecord = 2 ** 22;

const expected = { what: 'a CSV file in UTF-8', remedy: 'save the table as CSV', maxBytes: mostBytes };
const numeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a CSV file (RFC 4180, with or without a byte order mark; empty lines are passed over) in which every cell but the label
 * is a number.
 *
 * @throws ReverieError `bad-data` with line and column, both from 1, of what is no finite number, of a row of another length, of a
 *   quote that is not closed; where the column of labels is not there, or another delimiter seems to be meant; too large a table
 */
export async function readCsv(path: string, { delimiter, header, label }: CsvOptions): Promise<CsvTable> {
  const bad = (what: string): ReverieError => new ReverieError('bad-data', `${printable(path, 200)} ${what}`);
  let names: readonly string[] | undefined;
  let width = 0;
  let labelAt = 0;
  const numbers = new Growing();
  const labels: string[] = [];

  /** Learns from the first row what the columns are. */
  const begin = (first: readonly string[]): void => {
    if (first.length < 2)
      throw bad(`has one column, separated by ${delimiter}: ${otherDelimiter(first[0] ?? '', delimiter)}`);
    width = first.length;
    labelAt = width - 1;
    if (header) {
      names = first;
      if (first.every((name, i) => i === labelAt || isNumber(name))) {
        throw bad('begins with a row of numbers, and not with names of columns; give the option header: false');
      }
    }
    if (label === undefined) return;
    labelAt = names?.indexOf(label) ?? -1;
    if (labelAt >= 0) return;
    const there = header ? `has ${printable(first.join(', '), 200)}` : 'has no header to find it in (header: false)';
    throw bad(`${there}; expected the column of labels "${printable(label)}", which the option label names`);
  };

  const add = (cells: readonly string[], line: number): void => {
    if (cells.length !== width)
      throw bad(`has ${cells.length} cells in line ${line}; expected ${width}, as the first row has`);
    if (labels.length * (width - 1) >= mostValues) throw bad(`has more than ${mostValues} values; take fewer rows`);
    for (const [i, cell] of cells.entries()) {
      const name = names?.[i];
      const where = (): string =>
        `in line ${line}, column ${i + 1}${name === undefined ? '' : ` ("${printable(name)}")`}`;
      const text = cell.trim();
      if (text === '')
        throw bad(
          `has nothing ${where()}; expected ${i === labelAt ? 'a label' : 'a number'}: fill it in or leave the row out`,
        );
      if (i === labelAt) labels.push(text);
      else {
        const value = isNumber(text) ? Math.fround(Number(text)) : NaN;
        if (!Number.isFinite(value))
          throw bad(`has "${printable(text, 40)}" ${where()}; expected a finite number, such as -1.5 or 2e3`);
        numbers.add(value);
      }
    }
  };

  const records = parse({
    ...{ delimiter: delimiters[delimiter], bom: true, info: true, skip_empty_lines: true },
    ...{ relax_column_count: true, max_record_size: mostRecord },
  });
  // What the file fails with destroys the parser, which then fails with it below.
  pipeline(Readable.from(givenPieces(path, expected)), records, () => undefined);
  try {
    let first = true;
    for await (const { record, info } of records as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (first) begin(record);
      if (!first || !header) add(record, info.lines);
      first = false;
    }
  } catch (error) {
    if (error instanceof ReverieError) throw error;
    throw bad(
      `is no proper CSV: ${messageOf(error)}; expected quotes only around whole cells, and doubled within them`,
    );
  }
  if (labels.length === 0) throw bad('has no rows; expected one for each sample');
  return { values: numbers.values(), rows: labels.length, width: width - 1, labels };
}

function isNumber(text: string): boolean {
  return numeral.test(text.trim());
}

function otherDelimiter(line: string, delimiter: Delimiter): string {
  const meant = Object.entries(delimiters).find(([name, sign]) => name !== delimiter && line.includes(sign))?.[0];
  return meant === undefined
    ? 'expected columns of numbers and one of labels'
    : `it seems to be separated by ${meant}; give the option delimiter: ${meant}`;
}

/** Values of which nobody knows how many come. */
class Growing {
  #values = new Float32Array(1024);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float32Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  values(): Float32Array {
    return this.#values.slice(0, this.#count);
  }
}
