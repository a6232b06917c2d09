import { closeSync, fstatSync, fsyncSync, ftruncateSync, readFileSync } from 'node:fs';
import { ReverieError } from '../core/errors.js';
import { writeWhole } from './file-system.js';
import { badOutput } from './output-file.js';
import { openOwnFile } from './own-file.js';

/**
 * A file of lines that grows while a program runs: lines wait until {@link LineFile.flush}, or {@link mostWaiting}, and are
 * written synchronously.
 */
export class LineFile {
  readonly path: string;
  #file: number | undefined;
  #waiting = '';

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens the file, which is made where it is missing, and cuts it.
   *
   * @param keep gives how many bytes of what it holds stay
   * @returns that many
   * @throws ReverieError `bad-output`
   */
  open(keep: (content: Buffer) => number): number {
    this.close();
    return this.#guarded(() => {
      const file = openOwnFile(this.path);
      this.#file = file;
      const { size } = fstatSync(file);
      const kept = keep(size === 0 ? Buffer.alloc(0) : readFileSync(file));
      if (kept < size) ftruncateSync(file, kept);
      return kept;
    });
  }

  /** Adds a line. Does nothing while the file is closed. @throws ReverieError `bad-output` */
  write(line: string): void {
    if (this.#file === undefined) return;
    this.#waiting += `${line}\n`;
    if (this.#waiting.length > mostWaiting) this.flush(false);
  }

  /**
   * Writes what waits.
   *
   * @param force whether it must be on the disk, a power cut notwithstanding, when this returns
   * @throws ReverieError `bad-output`
   */
  flush(force: boolean): void {
    const file = this.#file;
    if (file === undefined) return;
    const text = this.#waiting;
    this.#waiting = '';
    this.#guarded(() => {
      writeWhole(file, text);
      if (!force) return;
      fsyncSync(file);
      if (fstatSync(file).nlink === 0) throw deleted(this.path);
    });
  }

  /** Writes what waits and closes the file. @throws ReverieError `bad-output` */
  close(): void {
    const file = this.#file;
    if (file === undefined) return;
    try {
      this.flush(true);
    } finally {
      this.#file = undefined;
      closeSync(file);
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw badOutput(this.path, error);
    }
  }
}

/** Characters. */
const mostWaiting = 2 ** 16;

/** What is written into a file that has no name any more is lost when it is closed. */
function deleted(path: string): ReverieError {
  return new ReverieError('bad-output', `cannot write ${path}: it was deleted while it was being written; run again`);
}
