import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import { z } from 'zod';
import { ReverieError, isReverieError, messageOf } from '../core/errors.js';
import { stateArrayName, stateArrays, type Json, type StateSnapshot, type StateTensor } from '../core/snapshot.js';
import { sizeOf } from '../core/tensor.js';
import { withGiven } from './given-file.js';
import { writeAtomically } from './output-file.js';
import { swapBytes } from './byte-order.js';
import { exactJson } from './exact-json.js';

/*
 * Layout, after safetensors:
 *
 *   8 bytes    length of the header, little-endian
 *   header     JSON, UTF-8: format, version, json, and of each tensor in order its name, kind (F32 where none is given),
 *              shape and offset in the body
 *   body       the tensors one after the other without gaps, row-major little-endian
 *   32 bytes   SHA-256 of everything before
 *
 * The digest stands at the end, not in the header, so that it covers the header too: one flipped bit in a shape would
 * otherwise be a wrong result instead of an error. Every version keeps the first 8 and the last 32 bytes.
 */
const format = 'reverie-tensors';
/** Files with nothing but float32 have version 1, as before there were other kinds. */
const versions = { floats: 1, kinds: 2 } as const;
const lengthBytes = 8;
const digestBytes = 32;
const chunkBytes = 1 << 24;

/** Limits that keep a damaged or hostile file from asking for all memory. */
export const maxHeaderBytes = 16 * 1024 ** 2;
const maxBodyBytes = 4 * 1024 ** 3;

const headerSchema = z.object({
  json: z.custom<Json>((value) => value !== undefined),
  tensors: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(Object.keys(stateArrays) as [keyof typeof stateArrays]).default('F32'),
      shape: z.array(z.int().nonnegative()),
      offset: z.int().nonnegative(),
    }),
  ),
});

/**
 * Writes JSON and tensors into one file, atomically.
 *
 * @throws ReverieError `bad-output` where the file system refuses, or where the content is beyond the limits or has
 *   numbers in its JSON that are not finite
 */
export async function writeTensorFile(path: string, { json, tensors }: StateSnapshot): Promise<void> {
  const header = Buffer.from(headerText(path, json, tensors));
  const bodyBytes = Object.values(tensors).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
  if (header.length > maxHeaderBytes || bodyBytes > maxBodyBytes) {
    throw new ReverieError(
      'bad-output',
      `cannot write ${path}: ${header.length} bytes of JSON and ${bodyBytes} of tensors, expected at most ` +
        `${maxHeaderBytes} and ${maxBodyBytes}; keep a learner's numbers in tensors, and fewer of them`,
    );
  }
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeAtomically(path, async (file) => {
    const hash = createHash('sha256');
    for (const bytes of [length, header, ...Object.values(tensors).map(littleEndianBytes)]) {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const chunk = bytes.subarray(at, at + chunkBytes);
        hash.update(chunk);
        await writeAll(file, chunk);
      }
    }
    await writeAll(file, hash.digest());
  });
}

/**
 * Reads what {@link writeTensorFile} wrote, and believes nothing in it: lengths, version, places and digest are all
 * checked, and no more memory is asked for than the file is long.
 *
 * @param advice what the reader of an error should do about a bad file
 * @throws ReverieError `bad-checkpoint`
 */
export async function readTensorFile(path: string, advice: string): Promise<StateSnapshot> {
  try {
    const maxBytes = lengthBytes + maxHeaderBytes + maxBodyBytes + digestBytes;
    const expected = { maxBytes, what: 'a file of tensors', remedy: advice, code: 'bad-checkpoint' } as const;
    return await withGiven(path, expected, ({ handle, size }) => readContent(handle, size));
  } catch (error) {
    if (isReverieError(error)) throw error;
    throw new ReverieError('bad-checkpoint', `${path}: ${messageOf(error)}; ${advice}`, { cause: error });
  }
}

async function readContent(file: FileHandle, size: number): Promise<StateSnapshot> {
  const reader = new HashingReader(file);
  if (size < lengthBytes + digestBytes) throw new Error(`ends after ${size} bytes, within its frame`);
  const length = await reader.read(Buffer.alloc(lengthBytes));
  const headerBytes = Number(length.readBigUInt64LE());
  const bodyBytes = size - lengthBytes - headerBytes - digestBytes;
  if (headerBytes > maxHeaderBytes || bodyBytes < 0 || bodyBytes > maxBodyBytes) {
    throw new Error(`has ${size} bytes of which ${headerBytes} are said to be the header: too long or cut off`);
  }
  const header = parseHeader(await reader.read(Buffer.alloc(headerBytes)));
  const tensors: [string, StateTensor][] = [];
  let end = 0;
  for (const { name, kind, shape, offset } of header.tensors) {
    const Kind = stateArrays[kind];
    const bytes = sizeOf(shape) * Kind.BYTES_PER_ELEMENT;
    if (offset !== end || end + bytes > bodyBytes) {
      throw new Error(
        `tensor "${name}" is said to be at bytes ${offset} to ${offset + bytes} of a body of ${bodyBytes}`,
      );
    }
    end += bytes;
    const data = new Kind(sizeOf(shape));
    const view = await reader.read(Buffer.from(data.buffer));
    if (endianness() === 'BE') swapBytes(view, Kind.BYTES_PER_ELEMENT);
    tensors.push([name, { shape, data }]);
  }
  if (end !== bodyBytes) throw new Error(`has ${bodyBytes - end} bytes that belong to no tensor`);
  const digest = reader.digest();
  const stored = await reader.read(Buffer.alloc(digestBytes));
  if (!digest.equals(stored)) throw new Error('is damaged: its SHA-256 does not fit its content');
  return { json: header.json, tensors: Object.fromEntries(tensors) };
}

function parseHeader(bytes: Buffer): z.infer<typeof headerSchema> {
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Error('is damaged: its header is not JSON', { cause: error });
  }
  const frame = z.object({ format: z.literal(format), version: z.number() }).safeParse(header);
  if (!frame.success) throw new Error('is damaged, or no file of reverie: its header does not name the format');
  if (!Object.values(versions).some((known) => known === frame.data.version)) {
    throw new Error(
      `has format version ${frame.data.version}, but this reverie reads versions ${Object.values(versions).join(' and ')}`,
    );
  }
  const parsed = headerSchema.safeParse(header);
  if (!parsed.success) throw new Error(`is damaged: its header lacks json or a proper list of tensors`);
  return parsed.data;
}

function headerText(path: string, json: Json, tensors: StateSnapshot['tensors']): string {
  let end = 0;
  const list = Object.entries(tensors).map(([name, { shape, data }]) => {
    if (data.length !== sizeOf(shape)) {
      throw new ReverieError(
        'bad-shape',
        `tensor "${name}" has ${data.length} values, but shape [${shape.join(', ')}]`,
      );
    }
    const offset = end;
    end += data.byteLength;
    const kind = stateArrayName(data) ?? 'F32';
    return { name, ...(kind === 'F32' ? {} : { kind }), shape, offset };
  });
  try {
    const version = list.some((tensor) => 'kind' in tensor) ? versions.kinds : versions.floats;
    return exactJson({ format, version, json, tensors: list });
  } catch (error) {
    throw new ReverieError('bad-output', `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function littleEndianBytes({ data }: StateTensor): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return endianness() === 'BE' ? swapBytes(Buffer.from(bytes), data.BYTES_PER_ELEMENT) : bytes;
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done)).bytesWritten;
}

class HashingReader {
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Fills `into` with what comes next. */
  async read(into: Buffer): Promise<Buffer> {
    for (let done = 0; done < into.length;) {
      const wanted = Math.min(chunkBytes, into.length - done);
      const { bytesRead } = await this.#file.read(into, done, wanted, this.#at);
      if (bytesRead === 0) throw new Error(`ends after ${this.#at} bytes, too early`);
      this.#hash.update(into.subarray(done, done + bytesRead));
      done += bytesRead;
      this.#at += bytesRead;
    }
    return into;
  }

  /** SHA-256 of all that was read so far. */
  digest(): Buffer {
    return this.#hash.copy().digest();
  }
}
