import type { Shape } from './tensor.js';

/** In front of the text of a header: magic, version and the text's length. */
const preamble = 10;

/**
 * What stands before the values of an `.npy` file, NumPy's format version 1.0 (NumPy Enhancement Proposal 1): magic,
 * version, the length of the text, and the text, padded so that the values begin at a multiple of 64 bytes.
 *
 * @param descr byte order and type, e.g. `<f4`
 */
export function npyHeader(descr: string, shape: Shape): Uint8Array {
  // As Python writes tuples.
  const extents = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${extents}), }`;
  const bytes = new Uint8Array(Math.ceil((preamble + text.length + 1) / 64) * 64);
  const length = bytes.length - preamble;
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), preamble);
  return bytes;
}
