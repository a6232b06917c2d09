import { expect } from 'chai';
import { npyFile } from '../../src/report/npy.js';
import { captureError } from '../support/capture-error.js';

describe('a .npy file', () => {
  it('is byte for byte what NumPy writes', () => {
    // np.lib.format.write_array(f, np.array([[1, 2, 3], [4, 5, -0.5]], '<f4'), version=(1, 0)), NumPy
    // 2.4.6.
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117);
    const expected = Buffer.concat([
      Buffer.from('934e554d505901007600', 'hex'),
      Buffer.from(`${header}\n`),
      Buffer.from('0000803f000000400000404000008040' + '0000a040000000bf', 'hex'),
    ]);
    expect(Buffer.from(npyFile(Float32Array.of(1, 2, 3, 4, 5, -0.5), [2, 3])).toString('hex')).to.equal(
      expected.toString('hex'),
    );
  });

  it('holds whole numbers as int32', () => {
    const bytes = Buffer.from(npyFile(Int32Array.of(7, -1), [2]));
    expect(bytes.toString('latin1', 10, 127)).to.match(
      /^\{'descr': '<i4', 'fortran_order': False, 'shape': \(2,\), \} +$/,
    );
    expect([bytes.readInt32LE(128), bytes.readInt32LE(132)]).to.deep.equal([7, -1]);
  });

  it('has its values at a multiple of 64 bytes, however long the header is', () => {
    for (const shape of [[], [1], Array.from({ length: 30 }, () => 1)]) {
      const bytes = Buffer.from(npyFile(Float32Array.of(2.5), shape));
      expect((bytes.length - 4) % 64).to.equal(0);
      expect(bytes.readUInt16LE(8)).to.equal(bytes.length - 4 - 10);
      expect(bytes.readFloatLE(bytes.length - 4)).to.equal(2.5);
    }
  });

  it('is refused for values that do not fill the shape', async () => {
    const error = await captureError(() => npyFile(new Float32Array(5), [2, 3]));
    expect(error.code).to.equal('bad-shape');
    expect(error.message).to.equal('5 values do not make an array of shape [2, 3], which takes 6');
  });
});
