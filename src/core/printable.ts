/**
 * Characters that do more on a terminal than to be seen: control characters (C0, C1), the two line ends of Unicode, and
 * those that turn the direction of writing or are not seen at all.
 */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text from outside as it can be shown in a message: on one line, control characters escaped as in JSON, and cut where it
 * is long.
 *
 * @param most characters, 2 at least
 */
export function printable(text: string, most = 80): string {
  // Cut before what is long is searched; a surrogate pair is not cut in two.
  const cut = text.length > most ? `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return escapeControls(cut);
}

/** The text with its control characters escaped as in JSON. @param kept those that are left as they are */
export function escapeControls(text: string, kept = ''): string {
  return text.replace(unprintable, (one) =>
    kept.includes(one) ? one : (short[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
