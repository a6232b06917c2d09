import { expect } from 'chai';
import { EMPTY, NEVER, Observable, Subject, lastValueFrom, timer, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { RunEvent } from '../../src/core/events.js';
import { someTaskEnded, someTaskStarted } from '../support/some-events.js';
import { deliverTo } from '../../src/experiment/deliver-to.js';
import { runEvents } from '../../src/experiment/run.js';
import { setupOf } from './fixtures.js';

const batch = (iteration: number): RunEvent => ({
  type: 'batch-trained',
  task: 1,
  iteration,
  iterations: 9,
  losses: {},
});

/** Digits are batches; s and e are the start and end of a task. */
const events: Readonly<Record<string, RunEvent>> = {
  ...Object.fromEntries([1, 2, 3, 4, 5].map((i) => [String(i), batch(i)])),
  s: someTaskStarted(1),
  e: someTaskEnded(1),
};
const letterOf = (event: RunEvent): string => Object.entries(events).find(([, other]) => other === event)?.[0] ?? '?';

const unexpected = (error: unknown): never => {
  throw error;
};

/** Lets `events$` pass by a handler that takes `frames` for each event; what it was given when. */
function watched(marbles: string, frames: number, expected: string): string[] {
  const deliveries: string[] = [];
  const scheduler = new TestScheduler((actual, wanted) => {
    expect(actual).to.deep.equal(wanted);
  });
  scheduler.run(({ cold, expectObservable }) => {
    const handler = (event: RunEvent): Observable<unknown> => {
      deliveries.push(`${scheduler.now()}${letterOf(event)}`);
      return timer(frames);
    };
    expectObservable(cold(marbles, events).pipe(deliverTo(handler, unexpected))).toBe(expected, events);
  });
  return deliveries;
}

describe('delivering to a slow observer', () => {
  it('never delays the events themselves', () => {
    watched('s12345e--------------------', 4, 's12345e--------------------');
  });

  it('gives one at a time, and of the batches that wait only the newest', () => {
    // Busy with s until 4: 1, 2 and 3 wait, 3 remains. Busy with 3 until 8: 4 and 5 wait, 5 remains; e comes after it.
    expect(watched('s123-45e------------------|', 4, 's123-45e------------------|')).to.deep.equal([
      '0s',
      '43',
      '85',
      '12e',
    ]);
  });

  it('keeps every other event, in order', () => {
    // Busy with 1 until 6: of s2e3s only 2 is dropped, for 3 stands after it.
    expect(watched('1s2e3s-----------------------------|', 6, '1s2e3s-----------------------------|')).to.deep.equal([
      '01',
      '6s',
      '12e',
      '183',
      '24s',
    ]);
  });

  it('gives everything to an observer that keeps pace', () => {
    expect(watched('s--1--2--e--|', 2, 's--1--2--e--|')).to.deep.equal(['0s', '31', '62', '9e']);
  });

  it('holds the end back until all is delivered', () => {
    // s until 3, e until 6.
    expect(watched('se|', 3, 'se----|')).to.deep.equal(['0s', '3e']);
  });

  it('holds an error back likewise', () => {
    expect(watched('se#', 3, 'se----#')).to.deep.equal(['0s', '3e']);
  });

  it('ends at once where nothing waits', () => {
    expect(watched('|', 3, '|')).to.deep.equal([]);
  });

  it('drops what waits, and ends the delivery under way, when it is unsubscribed from', () => {
    const seen: string[] = [];
    let ended = false;
    const source = new Subject<RunEvent>();
    const handler = (event: RunEvent): Observable<never> => {
      seen.push(letterOf(event));
      return new Observable(() => () => {
        ended = true;
      });
    };
    const subscription = source.pipe(deliverTo(handler, unexpected)).subscribe();
    for (const letter of ['s', '1', 'e']) source.next(events[letter] ?? batch(0));
    subscription.unsubscribe();
    expect(ended).to.equal(true);
    expect(seen).to.deep.equal(['s']);
    expect(source.observed).to.equal(false);
  });

  it('stops delivering to a handler that fails, reports it once, and lets the run go on', async () => {
    const failures: unknown[] = [];
    let calls = 0;
    const handler = (): Promise<void> => {
      calls++;
      return Promise.reject(new Error('disk full'));
    };
    const reported = await lastValueFrom(
      runEvents(setupOf()).pipe(
        deliverTo(handler, (error) => failures.push(error)),
        toArray(),
      ),
    );
    expect(reported.at(-1)?.type).to.equal('run-completed');
    expect(calls).to.equal(1);
    expect(failures.map(String)).to.deep.equal(['Error: disk full']);
  });

  it('takes a handler that throws, or returns nothing, for what it is', () => {
    const failures: unknown[] = [];
    const source = new Subject<RunEvent>();
    const seen: string[] = [];
    const throwing = (): never => {
      throw new Error('at once');
    };
    const plain = (event: RunEvent): undefined => {
      seen.push(letterOf(event));
    };
    source
      .pipe(
        deliverTo(throwing, (error) => failures.push(error)),
        deliverTo(plain, unexpected),
      )
      .subscribe();
    for (const letter of ['s', '1', '2', 'e']) source.next(events[letter] ?? batch(0));
    expect(failures).to.have.length(1);
    expect(seen).to.deep.equal(['s', '1', '2', 'e']);
  });

  it('does not make a run wait for an observer that never answers', async () => {
    const seen: RunEvent[] = [];
    await new Promise<void>((resolve) => {
      const subscription = runEvents(setupOf())
        .pipe(deliverTo((event) => (event.type === 'run-started' ? NEVER : EMPTY), unexpected))
        .subscribe((event) => {
          seen.push(event);
          if (event.type === 'run-completed') {
            setImmediate(() => {
              subscription.unsubscribe();
              resolve();
            });
          }
        });
    });
    expect(seen.filter((event) => event.type === 'task-ended')).to.have.length(3);
  });
});
