import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { fetchDataset, type FetchOptions } from '../../../src/data/fetching/fetch-dataset.js';
import { published, type PublishedDataset } from '../../../src/data/published.js';
import { temporaryFolder } from '../../experiment/fixtures.js';
import { captureError } from '../../support/capture-error.js';
import { fileServer, serving, type FileServer } from './file-server.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const archive = Buffer.from('an archive, for a test');
const labels = Buffer.from([1, 2, 3]);
const packed = gzipSync(labels);

const dataset = (files: PublishedDataset['files']): PublishedDataset => ({
  summary: 'Made for a test.',
  url: 'http://127.0.0.1:9/',
  files,
  systemFolders: [],
});

const catalogue = {
  ...published,
  cifar10: dataset([{ name: 'a.tar.gz', bytes: archive.length, sha256: sha256(archive), digestOf: 'file' }]),
  'fashion-mnist': dataset([
    { name: 'x.gz', bytes: packed.length, sha256: sha256(labels), digestOf: 'content' },
    { name: 'y.gz', bytes: packed.length, sha256: sha256(labels), digestOf: 'content' },
  ]),
};

describe('fetchDataset', () => {
  const path = temporaryFolder();
  let server: FileServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  function run(name: 'cifar10' | 'fashion-mnist', options: Partial<FetchOptions>, steps: string[] = []) {
    const report: FetchOptions['report'] = (event) => {
      if (event.type === 'step') steps.push(event.text);
    };
    const machine = { platform: process.platform, env: { REVERIE_CACHE: path('cache') } };
    const { signal } = new AbortController();
    return fetchDataset(name, { report, signal, ...options }, { machine, catalogue });
  }
  const folder = (name: string): string => path('cache', 'data', name);

  it('downloads into the cache from a mirror, and not again what is there', async () => {
    server = await fileServer(serving(archive));
    const steps: string[] = [];
    const { files } = await run('cifar10', { mirror: `${server.url}some/where` }, steps);
    expect(files).to.deep.equal([path('cache', 'data', 'cifar10', 'a.tar.gz')]);
    expect((await readFile(files[0] ?? '')).equals(archive)).to.equal(true);
    expect(await readdir(folder('cifar10'))).to.deep.equal(['a.tar.gz']);
    await run('cifar10', { mirror: server.url }, steps);
    expect(server.asked).to.deep.equal(['/some/where/a.tar.gz']);
    expect(steps.at(-1)).to.equal('a.tar.gz is there, its digest is right');
  });

  it('replaces a file that is there with another digest', async () => {
    server = await fileServer(serving(archive));
    await mkdir(folder('cifar10'), { recursive: true });
    await writeFile(path('cache', 'data', 'cifar10', 'a.tar.gz'), 'damaged');
    const { files } = await run('cifar10', { mirror: server.url });
    expect((await readFile(files[0] ?? '')).equals(archive)).to.equal(true);
  });

  it('refuses what has the right size and another digest, and keeps nothing of it', async () => {
    server = await fileServer(serving(Buffer.alloc(archive.length)));
    const error = await captureError(() => run('cifar10', { mirror: server?.url ?? '' }));
    expect(error.code).to.equal('download-failed');
    expect(error.message).to.include(`expected ${sha256(archive)}`);
    expect(await readdir(folder('cifar10'))).to.deep.equal([]);
  });

  it('downloads all of it where what it went on with was the beginning of something else', async () => {
    server = await fileServer(serving(archive));
    await mkdir(folder('cifar10'), { recursive: true });
    await writeFile(path('cache', 'data', 'cifar10', 'a.tar.gz.part'), 'other');
    const steps: string[] = [];
    const { files } = await run('cifar10', { mirror: server.url }, steps);
    expect((await readFile(files[0] ?? '')).equals(archive)).to.equal(true);
    expect(server.asked).to.deep.equal(['/a.tar.gz bytes=5-', '/a.tar.gz']);
  });

  it('lets one of two at once do the work', async () => {
    server = await fileServer(serving(archive));
    const steps: string[] = [];
    await Promise.all([run('cifar10', { mirror: server.url }, steps), run('cifar10', { mirror: server.url }, steps)]);
    expect(server.asked).to.deep.equal(['/a.tar.gz']);
    expect(steps.filter((text) => text.startsWith('waiting for another process'))).to.have.length(1);
  });

  it('copies from a folder; where the content counts, packed otherwise or not at all', async () => {
    await writeFile(path('x.gz'), gzipSync(labels, { level: 0 }));
    await writeFile(path('y'), labels);
    const { files } = await run('fashion-mnist', { from: path() });
    expect(files).to.deep.equal([
      path('cache', 'data', 'fashion-mnist', 'x.gz'),
      path('cache', 'data', 'fashion-mnist', 'y.gz'),
    ]);
    expect((await readFile(files[1] ?? '')).equals(labels)).to.equal(true);
  });

  it('copies a file that is named', async () => {
    await writeFile(path('my-copy'), archive);
    const { files } = await run('cifar10', { from: path('my-copy') });
    expect((await readFile(files[0] ?? '')).equals(archive)).to.equal(true);
  });

  it('refuses a file of --from that is another, or is not there, and keeps nothing', async () => {
    await writeFile(path('other'), 'other');
    const other = await captureError(() => run('cifar10', { from: path('other') }));
    expect(other.code).to.equal('bad-data');
    expect(other.message).to.match(/^--from: .*other is not the published a\.tar\.gz: the SHA-256 of its bytes is /);
    expect((await captureError(() => run('cifar10', { from: path('none') }))).message).to.include('ENOENT');
    expect((await captureError(() => run('cifar10', { from: path() }))).message).to.include('has no a.tar.gz');
    await writeFile(path('x.gz'), packed.subarray(0, -4));
    const cut = await captureError(() => run('fashion-mnist', { from: path('x.gz') }));
    expect(cut.message).to.include('it is a damaged gzip file');
    const one = await captureError(() => run('fashion-mnist', { from: path('other') }));
    expect(one.code).to.equal('bad-usage');
    expect(await readdir(folder('cifar10'))).to.deep.equal([]);
    expect(await readdir(folder('fashion-mnist'))).to.deep.equal([]);
  });

  for (const mirror of ['ftp://host/x', 'nonsense', 'file:///etc', 'http://user:secret@host/']) {
    it(`refuses the mirror ${mirror}, without telling a password`, async () => {
      const error = await captureError(() => run('cifar10', { mirror }));
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.include('--mirror').and.to.not.include('secret');
      expect(existsSync(path('cache'))).to.equal(false);
    });
  }

  it('takes away what a killed process left of a copy', async () => {
    await mkdir(folder('cifar10'), { recursive: true });
    // 2²² is the largest process id of Linux.
    await writeFile(path('cache', 'data', 'cifar10', `a.tar.gz.partial-${2 ** 22 + 1}`), 'left');
    await writeFile(path('my-copy'), archive);
    await run('cifar10', { from: path('my-copy') });
    expect(await readdir(folder('cifar10'))).to.deep.equal(['a.tar.gz']);
  });

  it('says what to do where the cache cannot be made', async () => {
    await writeFile(path('cache'), 'a file');
    const error = await captureError(() => run('cifar10', { from: path('cache') }));
    expect(error.code).to.equal('bad-output');
    expect(error.message).to.include('part of the path is a file').and.to.include('REVERIE_CACHE');
  });
});

describe('published', () => {
  it('has a size and a SHA-256 for every file, and addresses below which they lie', () => {
    for (const [name, { url, files }] of Object.entries(published)) {
      expect(url, name).to.match(/^https?:\/\/.*\/$/);
      for (const { sha256: digest, bytes } of files) {
        expect(digest, name).to.match(/^[0-9a-f]{64}$/);
        expect(bytes, name).to.be.greaterThan(1000);
      }
    }
  });
});
