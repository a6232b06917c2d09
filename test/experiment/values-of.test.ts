import { expect } from 'chai';
import { Subject, of, throwError, concat } from 'rxjs';
import { valuesOf } from '../../src/experiment/values-of.js';
import { errorOf } from './fixtures.js';

const all = async <T>(values: AsyncGenerator<T>): Promise<T[]> => {
  const seen: T[] = [];
  for await (const value of values) seen.push(value);
  return seen;
};
const never = new AbortController().signal;

describe('values of an observable', () => {
  it('are all there, in order, however fast they came', async () => {
    expect(await all(valuesOf(of(1, 2, 3), never))).to.deep.equal([1, 2, 3]);
  });

  it('may come later', async () => {
    const source = new Subject<number>();
    const values = all(valuesOf(source, never));
    source.next(1);
    await Promise.resolve();
    source.next(2);
    source.complete();
    expect(await values).to.deep.equal([1, 2]);
  });

  it('come before the error that ends them', async () => {
    const seen: number[] = [];
    const failing = async (): Promise<void> => {
      for await (const value of valuesOf(concat(of(1, 2), throwError(() => new Error('cut'))), never)) seen.push(value); // prettier-ignore
    };
    expect((await errorOf(failing())).message).to.equal('cut');
    expect(seen).to.deep.equal([1, 2]);
  });

  it('end, and the observable is left, on abort and on return', async () => {
    const source = new Subject<number>();
    const abort = new AbortController();
    const values = all(valuesOf(source, abort.signal));
    abort.abort();
    expect(await values).to.deep.equal([]);
    expect(source.observed).to.equal(false);

    const pulled = valuesOf(source, never);
    const first = pulled.next();
    source.next(1);
    expect(await first).to.deep.equal({ value: 1, done: false });
    await pulled.return();
    expect(source.observed).to.equal(false);
  });
});
