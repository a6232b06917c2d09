import type { RunResult } from '../core/result.js';
import { cut, styled } from './page.js';
import type { Page, Style } from './page.js';

/** How a cell is drawn, from this accuracy on, on pages with colour and where there is room for one character only. */
const levels: readonly { readonly from: number; readonly style: Style; readonly shade: string }[] = [
  { from: 0.95, style: ['bgGreen', 'black'], shade: '█' },
  { from: 0.8, style: 'green', shade: '▓' },
  { from: 0.5, style: 'yellow', shade: '▒' },
  { from: 0.2, style: 'red', shade: '░' },
  { from: 0, style: ['bgRed', 'white'], shade: '·' },
];

/** Ways to write an accuracy, the most exact first. */
const notations: readonly Notation[] = [
  { width: 6, unit: '', write: (accuracy) => accuracy.toFixed(3) },
  { width: 4, unit: ', in %', write: (accuracy) => (accuracy * 100).toFixed(0) },
];

/** What is left where there is no room for a number in each cell. */
const shades: Notation = { width: 1, unit: '', legend: legend(), write: (accuracy) => levelOf(accuracy).shade };

interface Notation {
  /** Characters per cell, the gap before it included. */
  readonly width: number;
  /** What the title says of the numbers. */
  readonly unit: string;
  readonly legend?: string;
  readonly write: (accuracy: number) => string;
}

const corner = 'after\\on';

/** Rows and columns of a matrix that a person looks at. */
const most = 40;

/**
 * The accuracy matrix of a run: the row shows after which task, the column on which task it was measured. Accuracies are
 * shares in [0, 1]; where the page is too narrow whole percents, and at last one shaded character each. Columns that do
 * not even fit then are left out, and so are all but the first and last rows of a long run; the last line says so.
 */
export function matrix({ learner, accuracyMatrix }: Pick<RunResult, 'learner' | 'accuracyMatrix'>, page: Page): string {
  const count = accuracyMatrix.length;
  const room = Math.max(0, page.width - corner.length);
  const { width, unit, legend, write } = notations.find((notation) => count * notation.width <= room) ?? shades;
  const shown = Math.min(count, most, Math.floor(room / width));
  // A column of one character shows the last digit of its number.
  const numbers = Array.from({ length: shown }, (_, j) =>
    String(j + 1)
      .slice(width === 1 ? -1 : 0)
      .padStart(width),
  );
  const rows = accuracyMatrix.map((row, i) => {
    const cells = row.slice(0, shown).flatMap((accuracy) => (accuracy === null ? [] : [cell(accuracy)]));
    return String(i + 1).padStart(corner.length) + cells.join('');
  });
  const half = most / 2;
  const lines = count <= most ? rows : [...rows.slice(0, half), '…'.padStart(corner.length), ...rows.slice(-half)];
  const left = [
    ...(shown < count ? [`tasks ${shown + 1} to ${count} do not fit`] : []),
    ...(count > most ? [`rows ${half + 1} to ${count - half} are left out; result.json has all`] : []),
  ].map((line) => cut(line, page));
  return [
    styled('bold', cut(`accuracy of ${learner} by task${unit}`, page), page),
    ...(legend === undefined ? [] : [cut(legend, page)]),
    corner + numbers.join(''),
    ...lines,
    ...left,
  ].join('\n');

  function cell(accuracy: number): string {
    const text = write(accuracy);
    // The gap stays without colour, so that neighbouring cells can be kept apart.
    return ' '.repeat(Math.max(0, width - text.length)) + styled(levelOf(accuracy).style, text, page);
  }
}

function levelOf(accuracy: number): (typeof levels)[number] {
  return levels.find(({ from }) => accuracy >= from) ?? { from: 0, style: 'red', shade: '·' };
}

function legend(): string {
  return `from ${levels.map(({ from, shade }) => `${shade} ${from}`).join('  ')}`;
}
