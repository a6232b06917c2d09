import { ReverieError } from '../core/errors.js';

const block = 512;
const zeroes = new Uint8Array(block);

/**
 * The regular files of a tar archive (POSIX.1-1988 ustar and what came before it), by name: views of the given bytes.
 * Nothing is written anywhere, so that no name can lead out of a folder; folders, links and what is no file are passed
 * over.
 *
 * @param file name of the archive, for messages
 * @throws ReverieError `bad-data` when a header's checksum is wrong, a size is none, or the archive was cut off
 */
export function tarFiles(bytes: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at < archive.length;) {
    const header = archive.subarray(at, at + block);
    if (header.length < block) throw bad(file, `it ends within the header at byte ${at}`);
    // Two blocks of zeroes end an archive; what follows is padding.
    if (header.equals(zeroes)) return files;
    checkHeader(header, at, file);
    const size = octal(header, 124, 12);
    if (size === undefined) throw bad(file, `the header at byte ${at} has no size that can be read`);
    const start = at + block;
    if (start + size > archive.length) throw bad(file, `it ends within the file at byte ${at}`);
    const type = header[156] ?? 0;
    // '0', and a zero byte in archives from before ustar.
    if (type === 0x30 || type === 0) files.set(text(header, 0, 100), archive.subarray(start, start + size));
    at = start + Math.ceil(size / block) * block;
  }
  throw bad(file, 'it has no end mark');
}

/** The checksum is the sum of the header's bytes, with its own eight counted as spaces. */
function checkHeader(header: Buffer, at: number, file: string): void {
  let sum = 8 * 0x20;
  for (let i = 0; i < block; i++) if (i < 148 || i >= 156) sum += header[i] ?? 0;
  if (octal(header, 148, 8) !== sum) throw bad(file, `the header at byte ${at} is damaged`);
}

function octal(header: Buffer, at: number, length: number): number | undefined {
  const digits = text(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function text(header: Buffer, at: number, length: number): string {
  const end = header.indexOf(0, at);
  return header.toString('latin1', at, end < 0 ? at + length : Math.min(end, at + length));
}

function bad(file: string, what: string): ReverieError {
  return new ReverieError('bad-data', `${file} is no tar archive that can be read: ${what}; get it again`);
}
