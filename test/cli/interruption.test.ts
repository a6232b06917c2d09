import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { interruption } from '../../src/cli/interruption.js';

function process() {
  const reported: string[] = [];
  const target = Object.assign(new EventEmitter(), { exit: (code: number) => reported.push(`exit ${code}`) });
  const time = { milliseconds: 0 };
  const onInterrupt = interruption(
    target,
    () => reported.push('notice'),
    () => time.milliseconds,
  );
  return { reported, target, time, onInterrupt };
}

describe('interruption', () => {
  it('shows the listener, and the user, at the first signal', () => {
    const { reported, target, onInterrupt } = process();
    onInterrupt(() => reported.push('stop'));
    target.emit('SIGTERM');
    expect(reported).to.deep.equal(['notice', 'stop']);
  });

  it('ends the process with 130 at the second signal, whichever it is', () => {
    const { reported, target, time, onInterrupt } = process();
    onInterrupt(() => reported.push('stop'));
    target.emit('SIGINT');
    time.milliseconds = 500;
    target.emit('SIGTERM');
    expect(reported).to.deep.equal(['notice', 'stop', 'exit 130']);
  });

  it('takes a signal that comes twice at once, as through npm, for one', () => {
    const { reported, target, time, onInterrupt } = process();
    onInterrupt(() => reported.push('stop'));
    target.emit('SIGINT');
    time.milliseconds = 499;
    target.emit('SIGINT');
    expect(reported).to.deep.equal(['notice', 'stop']);
  });

  it('leaves signals alone again once nobody listens', () => {
    const { target, onInterrupt } = process();
    onInterrupt(() => undefined)();
    expect(target.listenerCount('SIGINT') + target.listenerCount('SIGTERM')).to.equal(0);
  });
});
