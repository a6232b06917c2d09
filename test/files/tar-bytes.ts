/** An entry of a tar archive; what is wrong with it on purpose. */
export interface TarPart {
  readonly name: string;
  readonly data?: Uint8Array;
  /** '0' for a file, '5' for a folder, '2' for a link. */
  readonly type?: string;
  /** Text of the size's field. */
  readonly size?: string;
  readonly checksum?: number;
}

/** A ustar archive, byte by byte after POSIX.1-1988, with the two blocks of zeroes at its end. */
export function tarBytes(parts: readonly TarPart[]): Buffer {
  const blocks = parts.flatMap(({ name, data = new Uint8Array(), type = '0', size, checksum }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(size ?? `${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\0', 257);
    const sum = checksum ?? header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
