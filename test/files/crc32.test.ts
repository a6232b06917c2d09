import { expect } from 'chai';
import { crc32 } from '../../src/files/crc32.js';

describe('crc32', () => {
  it('is 0xCBF43926 of the digits 1 to 9, in one piece or two', () => {
    // The check value in the catalogue of parametrised CRC algorithms.
    expect(crc32(Buffer.from('123456789'))).to.equal(0xcbf43926);
    expect(crc32(Buffer.from('6789'), crc32(Buffer.from('12345')))).to.equal(0xcbf43926);
    expect(crc32(new Uint8Array())).to.equal(0);
  });
});
