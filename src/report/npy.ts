import { ReverieError } from '../core/errors.js';
import { npyHeader } from '../core/npy-header.js';
import { formatShape, sizeOf, type Shape } from '../core/tensor.js';

/**
 * An array as the bytes of a `.npy` file: {@link npyHeader}, and the values, little-endian and in row-major order. `np.load`
 * reads it.
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
  const header = npyHeader(descr, shape);
  const begin = header.length;
  const bytes = new Uint8Array(begin + values.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  values.forEach((value: number, i: number) => {
    if (values instanceof Float32Array) view.setFloat32(begin + 4 * i, value, true);
    else view.setInt32(begin + 4 * i, value, true);
  });
  return bytes;
}
