import { expect } from 'chai';
import { formatBytes, formatSeconds } from '../../src/report/units.js';

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
