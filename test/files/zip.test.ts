import { readFile, stat, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { extract, readZip } from '../../src/files/zip.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { captureError } from '../support/capture-error.js';
import { zipBytes, type ZipPart } from './zip-bytes.js';

const quiet = { signal: new AbortController().signal, bytes: () => undefined };

describe('a zip archive', () => {
  const path = temporaryFolder();

  async function archive(...parts: readonly ZipPart[]): Promise<string> {
    await writeFile(path('a.whl'), zipBytes(parts));
    return path('a.whl');
  }

  it('is read and unpacked, deflated or stored, folders left out', async () => {
    const long = 'reverie '.repeat(50_000);
    const file = await archive(
      { name: 'a/' },
      { name: 'a/long.txt', data: long },
      { name: 'b', data: 'x', stored: true },
    );
    const entries = await readZip(file);
    expect(entries.map(({ name, size }) => [name, size])).to.deep.equal([
      ['a/long.txt', long.length],
      ['b', 1],
    ]);
    let reported = 0;
    for (const [i, entry] of entries.entries()) {
      await extract(file, entry, path(String(i)), 0o755, { ...quiet, bytes: (count) => (reported += count) });
    }
    expect(await readFile(path('0'), 'utf8')).to.equal(long);
    expect(await readFile(path('1'), 'utf8')).to.equal('x');
    expect(reported).to.equal(long.length + 1);
    expect((await stat(path('0'))).mode & 0o777).to.equal(0o755);
  });

  it('gives an empty file', async () => {
    const file = await archive({ name: 'empty', stored: true });
    for (const entry of await readZip(file)) await extract(file, entry, path('empty'), 0o644, quiet);
    expect((await stat(path('empty'))).size).to.equal(0);
  });

  const outside = ['../up', 'a/../../up', '/etc/passwd', 'a\\..\\up', 'C:up', 'a//b', './a', 'a\u0000b', ''];
  for (const name of outside) {
    it(`is refused where it has ${JSON.stringify(name)}`, async () => {
      const file = await archive({ name: 'good' }, { name });
      const { code, message } = await captureError(() => readZip(file));
      expect(code).to.equal('bad-data');
      expect(message).to.include('is no path inside it');
    });
  }

  const refused: readonly (readonly [what: string, parts: readonly ZipPart[], message: string])[] = [
    ['a link', [{ name: 'l', data: '/etc/passwd', mode: 0o120777 }], 'is a link'],
    ['an encrypted file', [{ name: 'e', flags: 1 }], 'is encrypted'],
    ['another method than deflate', [{ name: 'm', method: 14 }], 'packed in a way that is not known (14)'],
    ['one name twice', [{ name: 'two' }, { name: 'two' }], 'is in it twice'],
    ['sizes that need zip64', [{ name: 'z', claimed: 0xffffffff }], '4 GiB or more'],
  ];
  for (const [what, parts, message] of refused) {
    it(`is refused where it has ${what}`, async () => {
      const file = await archive(...parts);
      expect((await captureError(() => readZip(file))).message).to.include(message);
    });
  }

  it('is refused where its end was cut off', async () => {
    const whole = zipBytes([{ name: 'a', data: 'some text' }]);
    for (const length of [0, 10, whole.length - 30, whole.length - 1]) {
      await writeFile(path('cut.whl'), whole.subarray(0, length));
      expect((await captureError(() => readZip(path('cut.whl')))).code).to.equal('bad-data');
    }
  });

  it('is refused where its beginning was cut off, so that everything lies elsewhere', async () => {
    await writeFile(path('cut.whl'), zipBytes([{ name: 'a', data: 'some text' }]).subarray(8));
    expect((await captureError(() => readZip(path('cut.whl')))).code).to.equal('bad-data');
  });

  it('does not unpack more than its directory says', async () => {
    const file = await archive({ name: 'bomb', data: 'a'.repeat(1_000_000), claimed: 10 });
    const [entry] = await readZip(file);
    if (entry === undefined) throw new Error('no entry');
    const { message } = await captureError(() => extract(file, entry, path('bomb'), 0o644, quiet));
    expect(message).to.include('"bomb" is larger than its directory says');
    expect((await stat(path('bomb'))).size).to.be.at.most(10);
  });

  it('reports a file that is smaller than its directory says, and of one that is damaged', async () => {
    const short = await archive({ name: 'short', data: 'abc', claimed: 10 });
    for (const entry of await readZip(short)) {
      const { message } = await captureError(() => extract(short, entry, path('short'), 0o644, quiet));
      expect(message).to.include('has 3 bytes, its directory says 10');
    }
    const bytes = zipBytes([{ name: 'd', data: 'some text that is deflated' }]);
    bytes.fill(0xff, 31, 40);
    await writeFile(path('damaged.whl'), bytes);
    for (const entry of await readZip(path('damaged.whl'))) {
      const { message } = await captureError(() => extract(path('damaged.whl'), entry, path('d'), 0o644, quiet));
      expect(message).to.include('"d" is damaged');
    }
  });

  it('reports a file whose checksum is another, stored or deflated', async () => {
    for (const stored of [true, false]) {
      const file = await archive({ name: 'c', data: 'content', stored, crc: 1 });
      for (const entry of await readZip(file)) {
        const { message } = await captureError(() => extract(file, entry, path(`c-${String(stored)}`), 0o644, quiet));
        expect(message).to.include('"c" is damaged: its checksum is another');
      }
    }
  });

  it('is never unpacked over a file that is there', async () => {
    const file = await archive({ name: 'a', data: 'new' });
    await writeFile(path('there'), 'old');
    for (const entry of await readZip(file)) {
      await extract(file, entry, path('there'), 0o644, quiet).catch(() => undefined);
    }
    expect(await readFile(path('there'), 'utf8')).to.equal('old');
  });
});
