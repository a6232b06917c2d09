import { endianness } from 'node:os';
import type { FileHandle } from 'node:fs/promises';
import { Zip, ZipPassThrough } from 'fflate';
import { npyHeader } from './npy-header.js';
import type { Shape } from '../core/tensor.js';

/** Zip's own beginning of time: the same arrays give the same bytes. */
const noTime = new Date(1980, 0, 1);

/**
 * Writes arrays into an `.npz` file, as numpy.savez does: stored, not packed. Below 4 GiB together.
 */
export class NpzWriter {
  readonly #zip: Zip;
  #pending: Uint8Array[] = [];
  #failure: Error | undefined;

  constructor(private readonly file: FileHandle) {
    this.#zip = new Zip((error, piece) => {
      if (error) this.#failure = error;
      else this.#pending.push(piece);
    });
  }

  /**
   * Writes one array, piece by piece.
   *
   * @param type `f4` or `i4`, in the byte order of this machine
   * @param pieces together as many values as `shape` says
   */
  async array(
    name: string,
    type: 'f4' | 'i4',
    shape: Shape,
    pieces: AsyncIterable<Float32Array | Int32Array> | Iterable<Float32Array | Int32Array>,
  ): Promise<void> {
    const entry = new ZipPassThrough(`${name}.npy`);
    entry.mtime = noTime;
    this.#zip.add(entry);
    entry.push(npyHeader(`${endianness() === 'LE' ? '<' : '>'}${type}`, shape));
    for await (const { buffer, byteOffset, byteLength } of pieces) {
      entry.push(new Uint8Array(buffer, byteOffset, byteLength));
      await this.#flush();
    }
    entry.push(new Uint8Array(), true);
    await this.#flush();
  }

  /** Writes the directory; nothing may follow. */
  async end(): Promise<void> {
    this.#zip.end();
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const pieces = this.#pending;
    this.#pending = [];
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) at += (await this.file.write(piece, at)).bytesWritten;
    }
  }
}
