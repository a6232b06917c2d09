import { styleText } from 'node:util';

/** What text is made for: a terminal, or a file. */
export interface Page {
  /** Characters per line; `Infinity` where nothing needs cutting. */
  readonly width: number;
  /** Whether escape sequences for colour are welcome. */
  readonly colour: boolean;
}

export type Style = Parameters<typeof styleText>[0];

/** The text in this style, or as it is on a page without colour. */
export function styled(style: Style, text: string, { colour }: Pick<Page, 'colour'>): string {
  // Not validated: whether there is colour is the caller's decision, not that of the process's own stdout.
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** A line without styles cut to the page's width; an ellipsis says that it was. */
export function cut(line: string, { width }: Pick<Page, 'width'>): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

/** A name cut in its middle, since names that are much alike differ at their ends; an ellipsis says that it was. */
function cutName(name: string, width: number): string {
  if (name.length <= width) return name;
  const end = Math.floor((width - 1) / 2);
  return `${name.slice(0, width - 1 - end)}…${name.slice(name.length - end)}`;
}

/** Share of a page that names have at least, however many columns there are. */
const leastForNames = 1 / 3;

/**
 * A table with a line of headings, the first column to the left, others to the right. Where it is too wide the names in the first
 * column are cut, to a third of the page at least, so that the numbers are seen; lines that are still too long are cut.
 */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], page: Page): string {
  const widthOf = (i: number): number => Math.max(...[headings, ...rows].map((row) => (row[i] ?? '').length));
  const others = headings.slice(1).map((_, i) => widthOf(i + 1));
  const left = page.width - others.reduce((sum, width) => sum + 2 + width, 0);
  const least = Math.floor(page.width * leastForNames);
  const widths = [Math.min(widthOf(0), Math.max(left, least)), ...others];
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, i) => {
      const cell = cells[i] ?? '';
      return i === 0 ? cutName(cell, width).padEnd(width) : cell.padStart(width);
    });
    return cut(padded.join('  ').trimEnd(), page);
  };
  return [styled('bold', line(headings), page), ...rows.map(line)].join('\n');
}

/** A text in lines of at most `width` characters, broken at spaces; a word that is longer has a line of its own. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes for people, in powers of 1,024: `512 B`, `1.5 KiB`, `12 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // Not 1,024: what would be rounded up to it is shown in the next unit.
  while (value >= 1023.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${byteUnits[unit] ?? ''}`;
}

/** A duration for people: `8.4 s`, `2 min 05 s`, `1 h 02 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
