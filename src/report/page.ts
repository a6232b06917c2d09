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
