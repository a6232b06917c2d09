import { createInterface } from 'node:readline';

/** Answers each line of JSON on stdin by one on stdout: the other end of a WorkerProcess. */
export async function answerLines(answer: (question: unknown) => Promise<object>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}
