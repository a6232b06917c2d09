import { cut, styled } from './page.js';
import type { Page } from './page.js';

export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

/** An aligned table with a line of headings; lines longer than the page is wide are cut. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], page: Page): string {
  const headings = columns.map(({ heading }) => heading);
  const widths = columns.map((_, i) => Math.max(...[headings, ...rows].map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string => {
    const padded = columns.map(({ align }, i) => {
      const [cell, width] = [cells[i] ?? '', widths[i] ?? 0];
      return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
    });
    return cut(padded.join('  ').trimEnd(), page);
  };
  return [styled('bold', line(headings), page), ...rows.map(line)].join('\n');
}
