import { ReverieError } from '../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../core/tensor.js';

/**
 * An array as the bytes of a `.npy` file, NumPy's format version 1.0 (numpy.lib.format): magic, version, the length of the
 * header, the header padded so that the values begin at a multiple of 64 bytes, and the values, little-endian and in
 * row-major order. `np.load` reads it.
 *
 * @throws ReverieError `bad-shape` where the values are not as many as the shape says
 */
export function npyFile(values: Float32Array | Int32Array, shape: Shape): Uint8Array {
  if (values.length !== sizeOf(shape)) {
    throw new ReverieError(
      'bad-shape',
      `${values.length} values do not make an array of shape ${formatShape(shape)}, which takes ${sizeOf(shape)}`,
    );
  }
  const descr = values instanceof Float32Array ? '<f4' : '<i4';
  // As Python writes tuples.
  const extents = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${extents}), }`;
  const preamble = 10;
  const begin = Math.ceil((preamble + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(begin + values.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  view.setUint16(8, begin - preamble, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(begin - preamble - 1)}\n`), preamble);
  values.forEach((value: number, i: number) => {
    if (values instanceof Float32Array) view.setFloat32(begin + 4 * i, value, true);
    else view.setInt32(begin + 4 * i, value, true);
  });
  return bytes;
}
