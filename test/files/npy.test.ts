import { expect } from 'chai';
import fc from 'fast-check';
import { isReverieError } from '../../src/core/errors.js';
import { npyFile, readNpy, type NpyArray } from '../../src/files/npy.js';
import { captureError } from '../support/capture-error.js';
import { floatNpy, npyBytes, npyText } from './npy-bytes.js';

/** In pieces of a few bytes, as no file system gives them: nothing may depend on where pieces end. */
async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield await Promise.resolve(bytes.subarray(at, at + length));
}

const read = (bytes: Uint8Array, length = 7): Promise<NpyArray> =>
  readNpy(pieces(bytes, length), bytes.length, 'a.npz: x');

/** Two values, 1 and 2, as bytes of each type. */
const types: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ['<f4', [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]],
  ['>f4', [0x3f, 0x80, 0, 0, 0x40, 0, 0, 0]],
  ['<f8', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40]],
  ['|i1', [1, 2]],
  ['|u1', [1, 2]],
  ['<i2', [1, 0, 2, 0]],
  ['>u2', [0, 1, 0, 2]],
  ['<i4', [1, 0, 0, 0, 2, 0, 0, 0]],
  ['<u4', [1, 0, 0, 0, 2, 0, 0, 0]],
  ['>i8', [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]],
  ['<u8', [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]],
];

describe('readNpy', () => {
  for (const [type, bytes] of types) {
    it(`reads ${type}`, async () => {
      const { shape, values, name } = await read(npyBytes(npyText(type, [2, 1]), Uint8Array.from(bytes)));
      expect(shape).to.deep.equal([2, 1]);
      expect(Array.from(values as ArrayLike<number>, Number)).to.deep.equal([1, 2]);
      expect(name).to.equal('a.npz: x');
    });
  }

  it('reads format 2.0, fields in another order and pieces of any length', async () => {
    const text = "{'shape': (3, ), 'fortran_order': False, 'descr': '|u1'}";
    for (const length of [1, 11, 12, 13, 1000]) {
      const { values } = await read(npyBytes(text, Uint8Array.from([4, 5, 6]), [2, 0]), length);
      expect(Array.from(values as Uint8Array)).to.deep.equal([4, 5, 6]);
    }
  });

  it('reads half precision: numbers, the smallest there is, infinity and NaN', async () => {
    // np.array([1, -2, 2**-24, 65504, np.inf, np.nan, 1/3], '<f2').tobytes().hex(), NumPy 2.4.6.
    const bytes = Buffer.from('003c00c00100ff7b007c007e5535', 'hex');
    const { values } = await read(npyBytes(npyText('<f2', [7]), bytes));
    expect(values).to.deep.equal(Float32Array.of(1, -2, 2 ** -24, 65504, Infinity, NaN, 0.333251953125));
  });

  it('reads Fortran order into rows', async () => {
    // np.asfortranarray(np.arange(12).reshape(2, 3, 2)) has in its file 0 6 2 8 4 10 1 7 3 9 5 11.
    const bytes = Uint8Array.from([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
    const { values, shape } = await read(npyBytes(npyText('|u1', [2, 3, 2], true), bytes));
    expect(shape).to.deep.equal([2, 3, 2]);
    expect(Array.from(values as Uint8Array)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('reads truth values and texts', async () => {
    const truth = await read(npyBytes(npyText('|b1', [2]), Uint8Array.from([1, 0])));
    expect([truth.type, Array.from(truth.values, Number)]).to.deep.equal(['b1', [1, 0]]);
    // np.array(['a', 'bc'], '<U2') and np.array([b'a', b'bc']): filled up with zeroes.
    const characters = Buffer.from('610000000000000062000000' + '63000000', 'hex');
    expect((await read(npyBytes(npyText('<U2', [2]), characters))).values).to.deep.equal(['a', 'bc']);
    expect((await read(npyBytes(npyText('>U2', [2]), Buffer.from(characters).swap32()))).values).to.deep.equal([
      'a',
      'bc',
    ]);
    expect((await read(npyBytes(npyText('|S2', [2]), Buffer.from('a\0bc')))).values).to.deep.equal(['a', 'bc']);
  });

  const two = Uint8Array.from([1, 2]);
  const refused: readonly (readonly [what: string, bytes: Uint8Array, message: RegExp])[] = [
    ['what is no .npy file', Buffer.from('PK and so on and so forth'), /does not begin as an \.npy file/],
    ['an empty file', new Uint8Array(), /does not begin as an \.npy file/],
    ['format 3.0', npyBytes(npyText('|u1', [2]), two, [3, 0]), /version is 3\.0/],
    ['Python objects', npyBytes(npyText('|O', [2]), two), /pickled Python objects, which are code/],
    ['long double', npyBytes(npyText('<f16', [1]), two), /its type is "<f16"; .*astype\(numpy\.float32\)/],
    ['complex numbers', npyBytes(npyText('<c8', [1]), two), /its type is "<c8"; .*take its real part/],
    ['dates', npyBytes(npyText('<M8[D]', [1]), two), /its type is "<M8\[D\]"; .*astype\(numpy\.int64\)/],
    ['records', npyBytes("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", two), /named fields/],
    ['fewer values than declared', npyBytes(npyText('|u1', [3]), two), /\[3\], 3 bytes, but only 2 follow/],
    ['more values than declared', npyBytes(npyText('|u1', [1]), two), /\[1\], 1 bytes, but 2 follow/],
    ['values beyond memory', npyBytes(npyText('<f8', [2 ** 31, 4]), two), /over 4294967295/],
    ['extents beyond measure', npyBytes(npyText('<f8', [2 ** 31, 2 ** 31]), two), /beyond measure/],
    ['code for a header', npyBytes("__import__('os').system('true')", two), /its header is damaged/],
    ['a field twice', npyBytes("{'shape': (2,), 'shape': (2,), 'descr': '|u1'}", two), /its header is damaged/],
    ['a missing field', npyBytes("{'shape': (2,), 'descr': '|u1', }", two), /its header is damaged/],
    ['a field that is not known', npyBytes(`${npyText('|u1', [2]).slice(0, -6)}'more': 1}`, two), /header is damaged/],
    ['a header that is too long', npyBytes(' '.repeat(9000), two), /header has 9000 bytes/],
  ];
  for (const [what, bytes, message] of refused) {
    it(`refuses ${what}`, async () => {
      const error = await captureError(() => read(bytes));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.match(message).and.to.include('a.npz: x');
    });
  }

  it('reports a file that ends before its size', async () => {
    const whole = floatNpy([2], [1, 2]);
    const error = await captureError(() => readNpy(pieces(whole.subarray(0, -3), 8), whole.length, 'x'));
    expect(error.message).to.include('but only 5 came');
  });

  it('reads what was written, or refuses with bad-data, whatever the bytes', async () => {
    const whole = floatNpy([2], [1, 2]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, byte, length) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        const got = await read(bytes.subarray(0, length)).catch((error: unknown) => error);
        if (isReverieError(got)) expect(got.code).to.equal('bad-data');
        else expect((got as NpyArray).values.length).to.be.at.most(length);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('npyFile', () => {
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
