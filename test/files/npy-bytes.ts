/** An .npy file of format 1.0 (or another `version`) with this header text and these bytes after it. */
export function npyBytes(text: string, data: Uint8Array, version: readonly [number, number] = [1, 0]): Buffer {
  const head = Buffer.alloc(version[0] === 1 ? 10 : 12);
  head.write('\x93NUMPY', 0, 'latin1');
  head.set(version, 6);
  if (version[0] === 1) head.writeUInt16LE(text.length, 8);
  else head.writeUInt32LE(text.length, 8);
  return Buffer.concat([head, Buffer.from(text, 'latin1'), data]);
}

/** The text that numpy.save writes. */
export function npyText(type: string, shape: readonly number[], fortran = false): string {
  const tuple = shape.length === 1 ? `(${shape.join('')},)` : `(${shape.join(', ')})`;
  return `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }   \n`;
}

/** An .npy file of little-endian float32 values. */
export function floatNpy(shape: readonly number[], values: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => data.writeFloatLE(value, 4 * i));
  return npyBytes(npyText('<f4', shape), data);
}

/** An .npy file of little-endian int64 values, NumPy's own kind of whole numbers. */
export function intNpy(shape: readonly number[], values: readonly number[]): Buffer {
  const data = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => data.writeBigInt64LE(BigInt(value), 8 * i));
  return npyBytes(npyText('<i8', shape), data);
}

/** An .npy file of texts, as numpy.save writes an array of str. */
export function textNpy(texts: readonly string[]): Buffer {
  const length = Math.max(...texts.map((text) => text.length));
  const data = Buffer.alloc(4 * length * texts.length);
  texts.forEach((text, i) => {
    Array.from(text).forEach((one, j) => data.writeUInt32LE(one.codePointAt(0) ?? 0, 4 * (i * length + j)));
  });
  return npyBytes(npyText(`<U${length}`, [texts.length]), data);
}
