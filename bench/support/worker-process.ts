import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/**
 * A program that answers one line of JSON with one line of JSON. What is compared lives in processes of its own, so that
 * neither libraries' threads nor their memory get mixed up, and takes turns, so that all see the same machine.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #waiting: ((line: string | undefined) => void)[] = [];
  #errors = '';

  constructor(command: string, parameters: readonly string[]) {
    this.#child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => {
      this.#errors += error.message;
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = `${this.#errors}${chunk.toString()}`.slice(-2000);
    });
    this.#lines = createInterface({ input: this.#child.stdout ?? process.stdin });
    this.#lines.on('line', (line) => this.#waiting.shift()?.(line));
    this.#lines.on('close', () => {
      for (const answer of this.#waiting.splice(0)) answer(undefined);
    });
  }

  /** @throws where the program ends without an answer, with the last of what it said */
  async ask<Answer>(question: object): Promise<Answer> {
    const line = await new Promise<string | undefined>((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin?.write(`${JSON.stringify(question)}\n`, () => undefined);
    });
    if (line === undefined) throw new Error(this.#errors.trim().split('\n').at(-1) ?? 'it ended without a word');
    return JSON.parse(line) as Answer;
  }

  end(): void {
    this.#child.stdin?.end();
    this.#child.kill();
  }
}
