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

/** A table with a line of headings, the first column to the left, others to the right; lines too long are cut. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], page: Page): string {
  const widths = headings.map((_, i) => Math.max(...[headings, ...rows].map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, i) => {
      const cell = cells[i] ?? '';
      return i === 0 ? cell.padEnd(width) : cell.padStart(width);
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
