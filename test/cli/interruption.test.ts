import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { interruption } from '../../src/cli/interruption.js';

function process() {
  const told: string[] = [];
  const target = Object.assign(new EventEmitter(), { exit: (code: number) => told.push(`exit ${code}`) });
  const onInterrupt = interruption(target, () => told.push('notice'));
  return { told, target, onInterrupt };
}

describe('interruption', () => {
  it('tells the listener, and the user, at the first signal', () => {
    const { told, target, onInterrupt } = process();
    onInterrupt(() => told.push('stop'));
    target.emit('SIGTERM');
    expect(told).to.deep.equal(['notice', 'stop']);
  });

  it('ends the process with 130 at the second signal, whichever it is', () => {
    const { told, target, onInterrupt } = process();
    onInterrupt(() => told.push('stop'));
    target.emit('SIGINT');
    target.emit('SIGTERM');
    expect(told).to.deep.equal(['notice', 'stop', 'exit 130']);
  });

  it('leaves signals alone again once nobody listens', () => {
    const { target, onInterrupt } = process();
    onInterrupt(() => undefined)();
    expect(target.listenerCount('SIGINT') + target.listenerCount('SIGTERM')).to.equal(0);
  });
});
