import { expect } from 'chai';
import { reportFailure } from '../../src/cli/failure.js';
import { ReverieError } from '../../src/core/errors.js';
import { captured } from './captured.js';

describe('a failure on the command line', () => {
  it('is one sentence and exit code 2 where the input is wrong', () => {
    const around = captured();
    expect(reportFailure(new ReverieError('bad-scenario', 'a.yaml:1:1 is wrong'), around)).to.equal(2);
    expect(around.written).to.deep.equal({ out: '', err: 'reverie: a.yaml:1:1 is wrong\n' });
  });

  it('has exit code 1 where the run failed', () => {
    expect(reportFailure(new ReverieError('diverged', 'loss is NaN'), captured())).to.equal(1);
  });

  it('has exit code 1, and says how to learn more, where it was not foreseen', () => {
    const around = captured();
    expect(reportFailure(new TypeError('x is not a function'), around)).to.equal(1);
    expect(around.written.err).to.match(/^reverie: unexpected error: x is not a function\n.*REVERIE_DEBUG=1/);
    expect(around.written.err).not.to.include('    at ');
  });

  it('does not rule the terminal by the control characters of a name', () => {
    const around = captured();
    reportFailure(new ReverieError('bad-data', 'a\u001b[2J\u009b.npz\ris\nwrong'), around);
    expect(around.written.err).to.equal('reverie: a\\u001b[2J\\u009b.npz\\ris\nwrong\n');
  });

  it('comes with its stack, and those of its causes, for those who ask', () => {
    const around = captured({ debug: true });
    reportFailure(new ReverieError('bad-data', 'outer', { cause: new Error('inner') }), around);
    expect(around.written.err).to.match(/reverie: outer\n.*outer\n {4}at [^]*inner\n {4}at /);
  });
});
