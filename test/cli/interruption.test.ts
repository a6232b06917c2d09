import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { interruption } from '../../src/cli/interruption.js';

function process() {
  const told: string[] = [];
  const target = Object.assign(new EventEmitter(), { exit: (code: number) => told.push(`exit ${code}`) });
  const time = { milliseconds: 0 };
  const onInterrupt = interruption(
    target,
    () => told.push('notice'),
    () => time.milliseconds,
  );
  return { told, target, time, onInterrupt };
}

describe('interruption', () => {
  it('tells the listener, and the user, at the first signal', () => {
    const { told, target, onInterrupt } = process();
    onInterrupt(() => told.push('stop'));
    target.emit('SIGTERM');
    expect(told).to.deep.equal(['notice', 'stop']);
  });

  it('ends the process with 130 at the second signal, whichever it is', () => {
    const { told, target, time, onInterrupt } = process();
    onInterrupt(() => told.push('stop'));
    target.emit('SIGINT');
    time.milliseconds = 500;
    target.emit('SIGTERM');
    expect(told).to.deep.equal(['notice', 'stop', 'exit 130']);
  });

  it('takes a signal that comes twice at once, as through npm, for one', () => {
    const { told, target, time, onInterrupt } = process();
    onInterrupt(() => told.push('stop'));
    target.emit('SIGINT');
    time.milliseconds = 499;
    target.emit('SIGINT');
    expect(told).to.deep.equal(['notice', 'stop']);
  });

  it('leaves signals alone again once nobody listens', () => {
    const { target, onInterrupt } = process();
    onInterrupt(() => undefined)();
    expect(target.listenerCount('SIGINT') + target.listenerCount('SIGTERM')).to.equal(0);
  });
});
