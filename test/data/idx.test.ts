import { expect } from 'chai';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseIdx, readIdx } from '../../src/data/idx.js';
import { captureError } from '../support/capture-error.js';
import { idxBytes, inFolder } from './idx-bytes.js';

describe('parseIdx', () => {
  it('reads shape and values', () => {
    const idx = parseIdx(idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 6]), 'x', 3);
    expect(idx.shape).to.deep.equal([2, 1, 3]);
    expect(Array.from(idx.data)).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('reads extents as big-endian, also from bytes that begin within a buffer', () => {
    const whole = new Uint8Array(3 + 8 + 258);
    whole.set(
      idxBytes(
        [258],
        Array.from({ length: 258 }, (_, i) => i % 256),
      ),
      3,
    );
    const idx = parseIdx(whole.subarray(3), 'x', 1);
    expect(idx.shape).to.deep.equal([258]);
    expect(idx.data[257]).to.equal(1);
  });

  it('copies nothing: its data are the bytes that it was given', () => {
    const bytes = idxBytes([2], [1, 2]);
    expect(parseIdx(bytes, 'x', 1).data.buffer).to.equal(bytes.buffer);
  });

  const cases: readonly (readonly [string, Uint8Array, number, string])[] = [
    ['is empty', new Uint8Array(0), 1, 'it has 0 bytes, but the header of an IDX file of rank 1 has 8'],
    ['ends within its header', idxBytes([1, 1, 1], [0]).subarray(0, 15), 3, 'it has 15 bytes'],
    ['ends too early', idxBytes([3], [1, 2]), 1, 'declares 3 values, 3 bytes, but 2 follow'],
    ['goes on after its end', idxBytes([2], [1, 2, 3]), 1, 'goes on after its end'],
    ['is something else', Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), 1, 'begins with 0x504b0304'],
    [
      'holds floats',
      idxBytes([1], [0, 0, 0, 0], 0x0d),
      1,
      'holds 32-bit floats; expected an IDX file of unsigned bytes',
    ],
    ['has an unknown element type', idxBytes([1], [0], 0x07), 1, 'is not an IDX file'],
    [
      'holds labels where images are expected',
      idxBytes([9], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
      3,
      'images and labels are swapped',
    ],
    ['holds no sample', idxBytes([0], []), 1, 'holds nothing'],
    ['declares more than there can be', idxBytes([2 ** 31, 2 ** 31, 2 ** 31], [1]), 3, 'ends too early'],
  ];
  for (const [what, bytes, rank, message] of cases) {
    it(`refuses a file that ${what}`, async () => {
      const error = await captureError(() => parseIdx(bytes, 'some-file', rank));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.match(/^some-file /);
      expect(error.message).to.include(message);
      expect(error.message).to.include('--data-dir');
    });
  }

  it('reads what was written, or refuses with bad-data, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (noise, withMagic) => {
        if (withMagic) noise.set([0, 0, 8, 1].slice(0, noise.length));
        try {
          const { shape, data } = parseIdx(noise, 'x', 1);
          expect(data.length).to.equal(shape[0]);
        } catch (error) {
          expect(error).to.have.property('code', 'bad-data');
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

describe('readIdx', () => {
  const bytes = idxBytes([4], [9, 8, 7, 6]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  const read = (content: Uint8Array, options: { sha256?: string; otherwise?: string; maxBytes?: number } = {}) =>
    inFolder(async (dir) => {
      await writeFile(join(dir, 'labels'), content);
      return readIdx(join(dir, 'labels'), { rank: 1, ...options });
    });

  it('reads a plain file', async () => {
    expect(Array.from((await read(bytes)).data)).to.deep.equal([9, 8, 7, 6]);
  });

  it('reads a gzipped file, whatever its name, and takes the digest of what is in it', async () => {
    expect(Array.from((await read(gzipSync(bytes), { sha256 })).data)).to.deep.equal([9, 8, 7, 6]);
  });

  it('refuses a file of another digest, telling both and what to do', async () => {
    const other = idxBytes([4], [9, 8, 7, 5]);
    const error = await captureError(() => read(other, { sha256, otherwise: 'reinstall it' }));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include(`SHA-256 is ${createHash('sha256').update(other).digest('hex')}`);
    expect(error.message).to.include(`expected ${sha256}; reinstall it`);
  });

  it('refuses a gzip file that ends too early', async () => {
    const error = await captureError(() => read(gzipSync(bytes).subarray(0, 20)));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('damaged gzip file');
  });

  it('refuses a gzip file with a flipped bit', async () => {
    const packed = gzipSync(bytes);
    packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 1;
    expect((await captureError(() => read(packed))).message).to.include('damaged gzip file');
  });

  it('stops unpacking at the limit: a small file may unpack to gigabytes', async () => {
    const bomb = gzipSync(new Uint8Array(1_000_000));
    expect(bomb.length).to.be.below(10_000);
    const error = await captureError(() => read(bomb, { maxBytes: 10_000 }));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('unpacks to more than 10000 bytes');
  });

  it('refuses a file over the limit before reading it', async () => {
    const error = await captureError(() => read(bytes, { maxBytes: 11 }));
    expect(error.message).to.include('has 12 bytes, expected at most 11');
  });

  it('refuses a folder and a file that is not there', async () => {
    await inFolder(async (dir) => {
      await mkdir(join(dir, 'folder'));
      expect((await captureError(() => readIdx(join(dir, 'folder'), { rank: 1 }))).message).to.include(
        'is a folder, not a regular file',
      );
      const error = await captureError(() => readIdx(join(dir, 'nothing'), { rank: 1 }));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.include('ENOENT');
    });
  });
});
