import { AsyncCache } from '../../core/async-cache.js';
import type { Engine, Program, ProgramDefinition } from '../engine.js';

/** One program for each batch size that occurs, compiled when it is first needed. */
export class ProgramsByBatch {
  readonly #programs = new AsyncCache<number, Program>();

  /** @param define the program for a batch of this many rows */
  constructor(
    private readonly engine: Engine,
    private readonly define: (batch: number) => ProgramDefinition,
  ) {}

  get(batch: number): Promise<Program> {
    return this.#programs.get(batch, () => this.engine.compile(this.define(batch)));
  }

  dispose(): void {
    this.#programs.clear((program) => {
      program.dispose();
    });
  }
}
