import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  /** Where it answers; ends in a slash. */
  readonly url: string;
  /** What was asked for: path, and range where one was. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A server on this machine alone. It answers `handler`s in turn, the last one for good. */
export async function fileServer(...handlers: readonly Handler[]): Promise<FileServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push([request.url, request.headers.range].filter((text) => text !== undefined).join(' '));
    const handler = handlers[Math.min(asked.length, handlers.length) - 1];
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Serves the content as a web server does, parts of it where parts are asked for. */
export function serving(content: Buffer): Handler {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start > 0) {
      response.writeHead(206, {
        'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
        'content-length': content.length - start,
      });
    } else response.writeHead(200, { 'content-length': content.length });
    response.end(content.subarray(start));
  };
}

/** Serves from where it is asked, and breaks the connection after so many bytes. */
export function breakingAfter(content: Buffer, bytes: number): Handler {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      'content-length': content.length - start,
    });
    response.write(content.subarray(start, start + bytes), () => response.socket?.destroySoon());
  };
}
