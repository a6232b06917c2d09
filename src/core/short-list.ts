/** Items in a sentence, cut where they would not fit a line: `0, 1, 2 … and 97 more`. */
export function shortList(items: readonly (string | number)[], most = 12, separator = ', '): string {
  const shown = items.slice(0, most).join(separator);
  return items.length <= most ? shown : `${shown} … and ${(items.length - most).toLocaleString('en')} more`;
}
