/** Reverses the bytes of each number, in place. @param width bytes of a number: 1, 2, 4 or 8 */
export function swapBytes(bytes: Buffer, width: number): Buffer {
  if (width === 8) return bytes.swap64();
  if (width === 4) return bytes.swap32();
  return width === 2 ? bytes.swap16() : bytes;
}
