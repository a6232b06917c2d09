import type { Engine, Program, ProgramDefinition } from '../engine.js';

/** One program for each batch size that occurs, compiled when it is first asked for. */
export class ProgramsByBatch {
  readonly #programs = new Map<number, Promise<Program>>();

  /** @param define the program for a batch of this many rows */
  constructor(
    private readonly engine: Engine,
    private readonly define: (batch: number) => ProgramDefinition,
  ) {}

  get(batch: number): Promise<Program> {
    let program = this.#programs.get(batch);
    if (program === undefined) {
      program = this.engine.compile(this.define(batch));
      this.#programs.set(batch, program);
    }
    return program;
  }

  dispose(): void {
    for (const program of this.#programs.values()) {
      program.then(
        (compiled) => {
          compiled.dispose();
        },
        // Whoever asked for a program that does not compile was told so then.
        () => undefined,
      );
    }
    this.#programs.clear();
  }
}
