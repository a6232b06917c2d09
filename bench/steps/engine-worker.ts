/** Trains on one engine, asked by lines of JSON: `{ network, batch, steps }` → `{ milliseconds, loss }`. */
import { selectEngine } from '../../src/engine/select.js';
import { answerLines } from '../support/answer-lines.js';
import { prepare, type NetworkName } from './networks.js';

const [name = ''] = process.argv.slice(2);
const { engine } = await selectEngine(name as Parameters<typeof selectEngine>[0]);
const prepared = new Map<string, ReturnType<typeof prepare>>();

await answerLines(async (question) => {
  const { network, batch, steps } = question as { network: NetworkName; batch: number; steps: number };
  const key = `${network} ${batch}`;
  const { trainer, feeds } = prepared.get(key) ?? prepare(engine, network, batch);
  prepared.set(key, { trainer, feeds });
  const milliseconds: number[] = [];
  let loss = NaN;
  for (let i = 0; i < steps; i++) {
    const began = performance.now();
    loss = (await trainer.step(batch, feeds))['loss']?.[0] ?? NaN;
    milliseconds.push(performance.now() - began);
  }
  return { milliseconds, loss };
});
