import { expect } from 'chai';
import fc from 'fast-check';
import { table, wrapped, formatBytes, formatSeconds } from '../../src/report/page.js';

const columns = ['name', 'n'];

describe('a table', () => {
  it('is as wide as its widest cells, names to the left and numbers to the right', () => {
    const text = table(
      columns,
      [
        ['a', '1'],
        ['longer', '1000'],
      ],
      { width: Infinity, colour: false },
    );
    expect(text).to.equal('name       n\na          1\nlonger  1000');
  });

  it('is cut to the width of the page, with an ellipsis where something is missing', () => {
    const text = table(
      columns,
      [
        ['a', '1'],
        ['longer', '1000'],
      ],
      { width: 9, colour: false },
    );
    expect(text).to.equal('n…e     n\na       1\nl…r  1000');
  });

  it('cuts a long name in its middle, so that the numbers stay', () => {
    const label = 'rehearsal (decay=cosine, learningRate=0.01)';
    const rows = [
      [label, '0.9500', '0.0100'],
      [label.replace('0.01', '0.02'), '0.9400', '0.0200'],
    ];
    const lines = table(['learner', 'ACC', 'forgetting'], rows, { width: 40, colour: false }).split('\n');
    expect(lines.map((line) => line.length)).to.deep.equal([40, 40, 40]);
    expect(lines[1]).to.equal('rehearsal …ate=0.01)  0.9500      0.0100');
    expect(lines[2]).to.equal('rehearsal …ate=0.02)  0.9400      0.0200');
  });

  it('leaves names a third of the page, and cuts the last columns, where there are too many', () => {
    const lines = table(['learner', 'a', 'b'], [['x'.repeat(40), '1'.repeat(15), '2'.repeat(15)]], {
      width: 30,
      colour: false,
    });
    expect(lines.split('\n')[1]).to.equal(`xxxxx…xxxx  ${'1'.repeat(15)}  …`);
  });

  it('sets its headings in bold where there is colour', () => {
    const text = table(columns, [['a', '1']], { width: 80, colour: true });
    expect(text).to.equal('\u001b[1mname  n\u001b[22m\na     1');
  });

  it('has its headings alone without rows', () => {
    expect(table(columns, [], { width: 80, colour: false })).to.equal('name  n');
  });
});

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

describe('units for people', () => {
  it('writes bytes in powers of 1,024, with a digit after the point below ten', () => {
    const texts = [0, 512, 1023, 1024, 1536, 10 * 1024, 2.5 * 1024 ** 2, 3 * 1024 ** 3].map(formatBytes);
    expect(texts).to.deep.equal(['0 B', '512 B', '1023 B', '1.0 KiB', '1.5 KiB', '10 KiB', '2.5 MiB', '3.0 GiB']);
  });

  it('never writes 1024 of a unit that has a larger one', () => {
    expect(formatBytes(1024 ** 2 - 1)).to.equal('1.0 MiB');
  });

  it('writes durations in the two units that matter', () => {
    const texts = [0, 8.44, 59.9, 59.97, 125, 3599.4, 3720].map(formatSeconds);
    expect(texts).to.deep.equal(['0.0 s', '8.4 s', '59.9 s', '1 min 00 s', '2 min 05 s', '59 min 59 s', '1 h 02 min']);
  });

  it('carries a rounded-up minute into the hour', () => {
    expect(formatSeconds(3599.6)).to.equal('1 h 00 min');
    expect(formatSeconds(7199)).to.equal('2 h 00 min');
  });
});
