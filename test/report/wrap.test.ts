import { expect } from 'chai';
import fc from 'fast-check';
import { wrapped } from '../../src/report/wrap.js';

describe('a wrapped text', () => {
  it('is broken at spaces, as late as it can be', () => {
    expect(wrapped('one two three four', 9)).to.deep.equal(['one two', 'three', 'four']);
  });

  it('leaves a word that is too long whole', () => {
    expect(wrapped('a extraordinarily b', 5)).to.deep.equal(['a', 'extraordinarily', 'b']);
  });

  it('is the text again when joined', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 30 }), (given, width) => {
        const lines = wrapped(given.join(' '), width);
        expect(lines.join(' ')).to.equal(given.join(' '));
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).to.equal(true);
      }),
    );
  });
});
