import { expect } from 'chai';
import { tarFiles } from '../../src/files/tar.js';
import { captureError } from '../support/capture-error.js';
import { tarBytes, type TarPart } from './tar-bytes.js';

const some = Buffer.from('some bytes');
const read = (...parts: readonly TarPart[]): ReadonlyMap<string, Uint8Array> => tarFiles(tarBytes(parts), 'a.tar');

describe('tarFiles', () => {
  it('gives the regular files by name, and passes over folders and links', () => {
    const files = read(
      { name: 'a/', type: '5' },
      { name: 'a/first', data: some },
      { name: 'a/link', type: '2' },
      { name: 'a/old', data: Buffer.alloc(512, 7), type: '\0' },
      { name: 'a/empty' },
    );
    expect([...files.keys()]).to.deep.equal(['a/first', 'a/old', 'a/empty']);
    expect(files.get('a/first')).to.deep.equal(some);
    expect(files.get('a/old')).to.deep.equal(Buffer.alloc(512, 7));
    expect(files.get('a/empty')).to.have.length(0);
  });

  it('gives a name that leads out of a folder as it stands: nothing is written', () => {
    expect([...read({ name: '../../etc/passwd', data: some }).keys()]).to.deep.equal(['../../etc/passwd']);
  });

  const damaged: readonly (readonly [what: string, parts: readonly TarPart[], message: string])[] = [
    ['a wrong checksum', [{ name: 'a', checksum: 1 }], 'the header at byte 0 is damaged'],
    ['a size that is none', [{ name: 'a', size: 'large' }], 'has no size'],
    [
      'a file that is longer than the archive',
      [{ name: 'a', size: '00000077777\0' }],
      'ends within the file at byte 0',
    ],
  ];
  for (const [what, parts, message] of damaged) {
    it(`refuses ${what}`, async () => {
      const error = await captureError(() => read(...parts));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.include('a.tar').and.to.include(message);
    });
  }

  it('refuses an archive that was cut off, wherever', async () => {
    const whole = tarBytes([{ name: 'a', data: some }]);
    for (const length of [0, 100, 512, 515, 1024]) {
      const error = await captureError(() => tarFiles(whole.subarray(0, length), 'a.tar'));
      expect(error.code, String(length)).to.equal('bad-data');
    }
  });
});
