import { expect } from 'chai';
import type { RunObserver } from '../../src/core/observer.js';
import { executeRun } from '../../src/experiment/execute-run.js';
import { errorOf, eventsOf, setupOf, withMethods } from './fixtures.js';

describe('observers of a run', () => {
  const recording = (seen: string[], name: string): RunObserver => ({
    observe: ({ type }) => void seen.push(`${name} ${type}`),
    close: () => void seen.push(`${name} closed`),
  });

  it('are given every event, one after the other, before anybody else, and are closed', async () => {
    const seen: string[] = [];
    const events = await eventsOf(setupOf({ observers: [recording(seen, 'a'), recording(seen, 'b')] }));
    expect(seen).to.deep.equal([...events.flatMap(({ type }) => [`a ${type}`, `b ${type}`]), 'a closed', 'b closed']);
  });

  it('make the run wait for the promises they return', async () => {
    const seen: string[] = [];
    const slow: RunObserver = {
      observe: async ({ type }) => {
        await new Promise(setImmediate);
        seen.push(`slow ${type}`);
      },
    };
    const events = await eventsOf(setupOf({ observers: [slow, recording(seen, 'next')] }));
    expect(seen.slice(0, 4)).to.deep.equal(events.slice(0, 2).flatMap(({ type }) => [`slow ${type}`, `next ${type}`]));
  });

  it('are closed when the run fails, which fails with its own reason', async () => {
    const closed: string[] = [];
    const failing: RunObserver = {
      observe: () => undefined,
      close: () => {
        closed.push('closed');
        throw new Error('cannot close');
      },
    };
    const learn = () => {
      throw new Error('learner is broken');
    };
    const error = await errorOf(eventsOf({ ...withMethods({ learn }), observers: [failing] }));
    expect(error.message).to.contain('learner is broken');
    expect(closed).to.deep.equal(['closed']);
  });

  for (const method of ['observe', 'close'] as const) {
    it(`end the run where they throw in ${method}`, async () => {
      const observer: RunObserver = {
        name: 'printer',
        observe: () => undefined,
        [method]: () => {
          throw new Error('out of ink');
        },
      };
      const error = await errorOf(eventsOf(setupOf({ observers: [observer] })));
      expect(error).to.have.property('code', 'observer-failed');
      expect(error.message).to.match(/^observer "printer" of the run failed at .*: out of ink/);
    });
  }

  it('that fail when they are closed are named also where nobody asks for an event after the last', async () => {
    const failing: RunObserver = {
      observe: () => undefined,
      close: () => {
        throw new Error('disk full');
      },
    };
    const lastOnly = async (): Promise<void> => {
      const setup = setupOf({ observers: [failing] });
      for await (const { type } of executeRun(setup, new AbortController().signal))
        if (type === 'run-completed') return;
    };
    expect((await errorOf(lastOnly())).message).to.match(/failed at its end: disk full/);
  });

  it('cannot change an event for those after them', async () => {
    const meddling: RunObserver = { observe: (event) => void Object.assign(event, { type: 'batch-trained' }) };
    const error = await errorOf(eventsOf(setupOf({ observers: [meddling] })));
    expect(error).to.have.property('code', 'observer-failed');
    expect(error.message).to.match(/failed at run-started: Cannot assign to read only property 'type'/);
  });

  for (const method of ['observe', 'close'] as const) {
    it(`that never come back from ${method} are given up when the run is cancelled`, async () => {
      const stop = new AbortController();
      let closed = 0;
      const hanging: RunObserver = {
        observe: () => undefined,
        close: () => {
          closed++;
        },
        [method]: () => {
          stop.abort();
          return new Promise<never>(() => undefined);
        },
      };
      const error = await errorOf(eventsOf(setupOf({ observers: [hanging], patience: 0.05, stop: stop.signal })));
      expect(error.message).to.match(/observer .* failed .* had not come back 0\.05 s after the run was to stop/);
      expect(closed).to.equal(0);
    });
  }
});
