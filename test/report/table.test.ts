import { expect } from 'chai';
import { table } from '../../src/report/table.js';

const columns = [
  { heading: 'name', align: 'left' },
  { heading: 'n', align: 'right' },
] as const;

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
    expect(text).to.equal('name    …\na       …\nlonger  …');
  });

  it('sets its headings in bold where there is colour', () => {
    const text = table(columns, [['a', '1']], { width: 80, colour: true });
    expect(text).to.equal('\u001b[1mname  n\u001b[22m\na     1');
  });

  it('has its headings alone without rows', () => {
    expect(table(columns, [], { width: 80, colour: false })).to.equal('name  n');
  });
});
