import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { download } from '../../../src/data/fetching/download.js';
import type { WorkEvent } from '../../../src/files/work.js';
import { temporaryFolder } from '../../experiment/fixtures.js';
import { captureError } from '../../support/capture-error.js';
import { breakingAfter, fileServer, serving, type FileServer, type Handler } from './file-server.js';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));

describe('download', () => {
  const path = temporaryFolder();
  let server: FileServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function get(handlers: readonly Handler[], changes: Partial<Parameters<typeof download>[0]> = {}) {
    server = await fileServer(...handlers);
    const reported: WorkEvent[] = [];
    const { signal } = new AbortController();
    const wanted = { url: new URL('a.gz', server.url), path: path('a.gz.part'), bytes: content.length, ...changes };
    await download(wanted, { report: (event) => reported.push(event), signal });
    return { reported, asked: server.asked };
  }
  const got = (): Promise<Buffer> => readFile(path('a.gz.part'));

  it('gets a file and shows how far it is', async () => {
    const { reported, asked } = await get([serving(content)]);
    expect((await got()).equals(content)).to.equal(true);
    expect(asked).to.deep.equal(['/a.gz']);
    expect(reported.at(-1)).to.deep.equal({ type: 'progress', done: content.length, total: content.length });
  });

  it('goes on where an earlier attempt ended', async () => {
    await writeFile(path('a.gz.part'), content.subarray(0, 1000));
    const { asked } = await get([serving(content)]);
    expect((await got()).equals(content)).to.equal(true);
    expect(asked).to.deep.equal(['/a.gz bytes=1000-']);
  });

  it('asks for nothing where all is there', async () => {
    await writeFile(path('a.gz.part'), content);
    expect((await get([serving(content)])).asked).to.deep.equal([]);
  });

  it('begins anew where the server knows no ranges, or there is more than the file has', async () => {
    const whole: Handler = (_, response) => response.end(content);
    await writeFile(path('a.gz.part'), 'something else');
    await get([whole]);
    expect((await got()).equals(content)).to.equal(true);
    await writeFile(path('a.gz.part'), Buffer.concat([content, content]));
    await server?.close();
    await get([whole]);
    expect((await got()).equals(content)).to.equal(true);
  });

  it('makes a broken connection anew, as long as each brings something', async () => {
    const { reported, asked } = await get([
      breakingAfter(content, 100_000),
      breakingAfter(content, 100_000),
      serving(content),
    ]);
    expect((await got()).equals(content)).to.equal(true);
    expect(asked.slice(0, 1)).to.deep.equal(['/a.gz']);
    expect(asked.slice(1).every((text) => /^\/a\.gz bytes=[1-9]\d*-$/.test(text))).to.equal(true);
    expect(reported.filter(({ type }) => type === 'step')).to.have.length(2);
  });

  it('gives up where nothing more comes, and keeps what came', async () => {
    const error = await captureError(() =>
      get([breakingAfter(content, 100_000), (_, response) => void response.socket?.destroy()]),
    );
    expect(error.code).to.equal('download-failed');
    expect(error.message).to.match(/\d+ bytes that came are kept.*--mirror.*--from/);
    expect((await got()).length).to.be.greaterThan(0);
  });

  it('gives up where the server says nothing for long', async () => {
    const error = await captureError(() => get([() => undefined], { patience: 50 }));
    expect(error.message).to.include('nothing came for 0.05 s; nothing came');
  });

  const refused: readonly (readonly [what: string, handler: Handler, message: string])[] = [
    ['an answer of 404', (_, response) => response.writeHead(404).end(), 'the server answers 404 Not Found'],
    ['a file of another size', serving(content.subarray(1)), 'it has 299999 bytes there, 300000 were published'],
    [
      'more than was published',
      (_, response) => {
        response.write(content);
        response.end('more');
      },
      'more than the 300000 bytes',
    ],
  ];
  for (const [what, handler, message] of refused) {
    it(`refuses ${what}`, async () => {
      const error = await captureError(() => get([handler]));
      expect(error.code).to.equal('download-failed');
      expect(error.message).to.include(message);
      expect(existsSync(path('a.gz.part'))).to.equal(false);
    });
  }

  it('refuses a part that begins elsewhere', async () => {
    await writeFile(path('a.gz.part'), content.subarray(0, 1000));
    const elsewhere: Handler = (_, response) => {
      response.writeHead(206, { 'content-range': `bytes 5-${content.length - 1}/${content.length}` });
      response.end(content.subarray(5));
    };
    const error = await captureError(() => get([elsewhere]));
    expect(error.message).to.include('the server answers 206');
    expect((await got()).length).to.equal(1000);
  });

  it('ends with the signal when it is aborted, what came being kept', async () => {
    const stop = new AbortController();
    server = await fileServer((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 5000));
    });
    const wanted = { url: new URL('a.gz', server.url), path: path('a.gz.part'), bytes: content.length };
    const outcome = await download(wanted, {
      report: () => {
        stop.abort(new Error('enough'));
      },
      signal: stop.signal,
    }).catch((error: unknown) => error);
    expect(outcome).to.have.property('message', 'enough');
    expect((await got()).length).to.be.greaterThan(0);
  });
});
