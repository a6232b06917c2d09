import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { maxHeaderBytes, readTensorFile, writeTensorFile } from '../../src/files/tensor-file.js';
import { errorOf, temporaryFolder } from '../experiment/fixtures.js';

const advice = 'delete it';
const content = {
  json: { a: [1, -0, 1e-300], b: 'ä' },
  tensors: {
    weights: { shape: [2, 3], data: Float32Array.of(1, -0, NaN, 1e-40, Infinity, -2.5) },
    empty: { shape: [0, 7], data: new Float32Array(0) },
    scalar: { shape: [], data: Float32Array.of(42) },
  },
};

describe('a tensor file', () => {
  const folder = temporaryFolder();
  const written = async (): Promise<Buffer> => {
    await writeTensorFile(folder('f'), content);
    return readFile(folder('f'));
  };
  const problemOf = async (bytes: Uint8Array): Promise<string> => {
    await writeFile(folder('bad'), bytes);
    const error = await errorOf(readTensorFile(folder('bad'), advice));
    expect(error).to.have.property('code', 'bad-checkpoint');
    expect(error.message).to.match(/bad: .*; delete it$/);
    return error.message;
  };
  /** A file of this header and body with a proper digest: what a hostile writer could make. */
  const forged = (header: string, body: Uint8Array = new Uint8Array(0)): Buffer => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
    const all = Buffer.concat([length, Buffer.from(header), body]);
    return Buffer.concat([all, createHash('sha256').update(all).digest()]);
  };

  it('gives back shapes, order and every bit', async () => {
    await written();
    const { json, tensors } = await readTensorFile(folder('f'), advice);
    expect(json).to.deep.equal(content.json);
    expect(Object.keys(tensors)).to.deep.equal(['weights', 'empty', 'scalar']);
    for (const [name, { shape, data }] of Object.entries(content.tensors)) {
      expect(tensors[name]?.shape).to.deep.equal(shape);
      expect(new Uint32Array(tensors[name]?.data.buffer ?? new ArrayBuffer(0))).to.deep.equal(
        new Uint32Array(data.buffer),
      );
    }
  });

  it('gives back arrays of every kind as what they were', async () => {
    const arrays = [
      Float32Array.of(0.1, -0),
      Float64Array.of(0.1, 1e300),
      Int8Array.of(-128, 127),
      Int16Array.of(-32768, 3),
      Int32Array.of(-2, 2 ** 31 - 1),
      BigInt64Array.of(-5n, 2n ** 62n),
      Uint8Array.of(255, 1),
      Uint16Array.of(65535, 1),
      Uint32Array.of(2 ** 32 - 1, 1),
      BigUint64Array.of(2n ** 64n - 1n, 0n),
    ];
    const tensors = Object.fromEntries(arrays.map((data) => [data.constructor.name, { shape: [2], data }]));
    await writeTensorFile(folder('f'), { json: null, tensors });
    const read = await readTensorFile(folder('f'), advice);
    expect(Object.values(read.tensors).map(({ data }) => data)).to.deep.equal(arrays);
    expect(Object.values(read.tensors).map(({ data }) => data.constructor)).to.deep.equal(
      arrays.map((data) => data.constructor),
    );
  });

  it('refuses a tensor of a kind that it does not know', async () => {
    const header = {
      format: 'reverie-tensors',
      version: 2,
      json: null,
      tensors: [{ name: 'a', kind: 'F8', shape: [1], offset: 0 }],
    };
    expect(await problemOf(forged(JSON.stringify(header), new Uint8Array(1)))).to.contain(
      'lacks json or a proper list',
    );
  });

  it('is laid out as documented: length, JSON, float32, SHA-256', async () => {
    const bytes = await written();
    const headerEnd = 8 + Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as unknown;
    expect(header).to.deep.equal({
      format: 'reverie-tensors',
      version: 1,
      json: content.json,
      tensors: [
        { name: 'weights', shape: [2, 3], offset: 0 },
        { name: 'empty', shape: [0, 7], offset: 24 },
        { name: 'scalar', shape: [], offset: 24 },
      ],
    });
    expect(bytes.length).to.equal(headerEnd + 28 + 32);
    expect(bytes.readFloatLE(headerEnd + 20)).to.equal(-2.5);
    expect(createHash('sha256').update(bytes.subarray(0, -32)).digest()).to.deep.equal(bytes.subarray(-32));
  });

  it('takes views on a part of memory for what they are', async () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    await writeTensorFile(folder('f'), { json: null, tensors: { view: { shape: [2], data } } });
    expect((await readTensorFile(folder('f'), advice)).tensors['view']?.data).to.deep.equal(Float32Array.of(1, 2));
  });

  it('shows every flipped bit, wherever it is', async () => {
    const bytes = await written();
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      await problemOf(damaged);
    }
  });

  it('shows every place at which it was cut off, and every byte too many', async () => {
    const bytes = await written();
    for (let length = 0; length < bytes.length; length += 7) await problemOf(bytes.subarray(0, length));
    await problemOf(Buffer.concat([bytes, Buffer.of(0)]));
  });

  it('says what is wrong', async () => {
    const bytes = await written();
    expect(await problemOf(bytes.subarray(0, 30))).to.contain('ends after 30 bytes');
    expect(await problemOf(bytes.subarray(0, -4))).to.contain(
      'tensor "scalar" is said to be at bytes 24 to 28 of a body of 24',
    );
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
    expect(await problemOf(bytes)).to.contain('SHA-256 does not fit');
    expect(await problemOf(forged('{"format":"reverie-tensors","version":3}'))).to.contain(
      'has format version 3, but this reverie reads versions 1 and 2',
    );
    expect(await problemOf(forged('{}'))).to.contain('no file of reverie');
    expect(await problemOf(forged('{"format":'))).to.contain('not JSON');
  });

  it('is not believed on how long its parts are', async () => {
    const huge = await written();
    huge.writeBigUInt64LE(BigInt(maxHeaderBytes) + 1n);
    expect(await problemOf(huge)).to.contain('too long or cut off');
    const header = (tensors: string): string =>
      `{"format":"reverie-tensors","version":1,"json":null,"tensors":${tensors}}`;
    const four = new Uint8Array(4);
    for (const tensors of [
      '[{"name":"a","shape":[2],"offset":0}]',
      '[{"name":"a","shape":[1],"offset":4}]',
      '[{"name":"a","shape":[1],"offset":-4}]',
      '[{"name":"a","shape":[0.25],"offset":0}]',
      '[{"name":"a","shape":[1000000000,1000000000],"offset":0}]',
      '[{"name":"a","shape":[1],"offset":0},{"name":"b","shape":[1],"offset":0}]',
      '[{"name":"a","offset":0}]',
      '[]',
    ]) {
      await problemOf(forged(header(tensors), four));
    }
    await problemOf(forged('['.repeat(1e6)));
  });

  it('that is not there, or a folder, is a bad checkpoint too', async () => {
    for (const path of [folder('none'), folder()]) {
      expect(await errorOf(readTensorFile(path, advice))).to.have.property('code', 'bad-checkpoint');
    }
  });

  it('is not written with JSON that would read back as something else', async () => {
    const error = await errorOf(writeTensorFile(folder('f'), { json: { loss: NaN }, tensors: {} }));
    expect(error).to.have.property('code', 'bad-output');
    expect(error.message).to.contain('$.json.loss is NaN');
    const misshapen = { json: null, tensors: { w: { shape: [3], data: new Float32Array(2) } } };
    expect(await errorOf(writeTensorFile(folder('f'), misshapen))).to.have.property('code', 'bad-shape');
    const long = { json: 'x'.repeat(maxHeaderBytes), tensors: {} };
    expect(await errorOf(writeTensorFile(folder('f'), long))).to.have.property('code', 'bad-output');
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it('leaves no trace where it cannot be written', async () => {
    await mkdir(folder('taken'));
    for (const path of [folder('taken'), folder('none', 'f')]) {
      const error = await errorOf(writeTensorFile(path, content));
      expect(error).to.have.property('code', 'bad-output');
      expect(error.message).to.contain(`cannot write ${path}: `);
    }
    expect(await readdir(folder())).to.deep.equal(['taken']);
  });
});
