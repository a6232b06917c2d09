import { ReverieError } from '../core/errors.js';
import { PickledArray, PickledType, Symbolic, textOf, type PickleValue } from './pickle-values.js';

const known: ReadonlySet<string> = new Set([
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'numpy.ndarray',
  'numpy.dtype',
  '_codecs.encode',
]);

/**
 * Reads a pickle of plain data and arrays of NumPy (protocols 2 to 4). A pickle is a program; of it only what makes numbers,
 * texts, lists, dictionaries and arrays is followed, and nothing is ever called or imported.
 *
 * @param name for messages
 * @throws ReverieError `bad-data` when it asks for anything else, is damaged, or does not end
 */
export function readPickle(bytes: Uint8Array, name: string): PickleValue {
  const reader = new PickleReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), name);
  try {
    return reader.read();
  } catch (error) {
    // Of the buffer, where a length leads beyond its end.
    if (error instanceof RangeError) throw reader.bad('it is cut off or damaged', error);
    throw error;
  }
}

type Item = PickleValue | PickledType;

class PickleReader {
  readonly #memo = new Map<number, Item>();
  readonly #marks: number[] = [];
  #stack: Item[] = [];
  #at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly name: string,
  ) {}

  bad(what: string, cause?: unknown): ReverieError {
    const message = `${this.name} cannot be read as a pickle: ${what}; take it from the published archive, or the binary version`;
    return new ReverieError('bad-data', message, { cause });
  }

  read(): PickleValue {
    for (;;) {
      const opcode = this.bytes.readUInt8(this.#at++);
      if (opcode === 0x2e) return this.#plain(this.#pop());
      this.#step(String.fromCharCode(opcode), opcode);
    }
  }

  #step(letter: string, opcode: number): void {
    const literal = this.#literal(letter, opcode);
    if (literal !== undefined) this.#stack.push(literal);
    else if (!this.#structure(letter, opcode)) {
      throw this.bad(
        `it has the opcode 0x${opcode.toString(16).padStart(2, '0')} at byte ${this.#at - 1}, which is not followed`,
      );
    }
  }

  /** A value that stands there itself; undefined for any other opcode. */
  #literal(letter: string, opcode: number): Item | undefined {
    switch (letter) {
      case 'N':
        return null;
      case '\x88':
        return true;
      case '\x89':
        return false;
      case 'J':
        return this.#number(4, true);
      case 'K':
        return this.#number(1);
      case 'M':
        return this.#number(2);
      case '\x8a':
        return this.#long(this.#number(1));
      case 'G':
        this.#at += 8;
        return this.bytes.readDoubleBE(this.#at - 8);
      case 'U':
      case 'C':
        return this.#bytes(this.#number(1));
      case 'T':
      case 'B':
        return this.#bytes(this.#number(4));
      case '\x8e':
        return this.#bytes(this.#number(8));
      case '\x8c':
        return this.#text(this.#number(1));
      case 'X':
        return this.#text(this.#number(4));
      default:
        return opcode === 0x63 ? this.#symbol(`${this.#line()}.${this.#line()}`) : undefined;
    }
  }

  /** What makes things of the stack; false for an opcode that is not followed. */
  #structure(letter: string, opcode: number): boolean {
    switch (letter) {
      case '\x80':
        this.#at += 1;
        return true;
      case '\x95':
        this.#at += 8;
        return true;
      case '(':
        this.#marks.push(this.#stack.length);
        return true;
      case '}':
        this.#stack.push(new Map());
        return true;
      case ']':
      case ')':
        this.#stack.push([]);
        return true;
      case 'l':
      case 't':
        this.#stack.push(this.#sinceMark() as PickleValue[]);
        return true;
      case '\x85':
      case '\x86':
      case '\x87':
        this.#stack.push(this.#last(opcode - 0x84) as PickleValue[]);
        return true;
      case 'a':
        this.#append([this.#pop()]);
        return true;
      case 'e':
        this.#append(this.#sinceMark());
        return true;
      case 's':
        this.#set(this.#last(2));
        return true;
      case 'u':
        this.#set(this.#sinceMark());
        return true;
      case 'q':
      case 'r':
        this.#memo.set(this.#number(letter === 'q' ? 1 : 4), this.#top());
        return true;
      case '\x94':
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 'h':
      case 'j':
        this.#stack.push(this.#remembered(this.#number(letter === 'h' ? 1 : 4)));
        return true;
      case '\x93': {
        const [module, own] = this.#last(2);
        this.#stack.push(this.#symbol(`${textOf(module)}.${textOf(own)}`));
        return true;
      }
      case 'R':
        this.#reduce(this.#last(2));
        return true;
      case 'b':
        this.#build(this.#pop());
        return true;
      default:
        return false;
    }
  }

  #symbol(name: string): Symbolic {
    if (known.has(name)) return new Symbolic(name);
    throw this.bad(`it calls for ${JSON.stringify(name.slice(0, 80))}, which is code`);
  }

  /** Applies one of the names that are known. */
  #reduce([symbol, given]: readonly Item[]): void {
    const values = Array.isArray(given) ? (given as readonly Item[]) : [];
    const [first] = values;
    const name = symbol instanceof Symbolic ? symbol.name : '';
    if (name.endsWith('._reconstruct')) this.#stack.push(new PickledArray());
    else if (name === 'numpy.dtype') this.#stack.push(new PickledType(textOf(first)));
    else if (name === '_codecs.encode' && typeof first === 'string') this.#stack.push(Buffer.from(first, 'latin1'));
    else throw this.bad('it calls something that is not followed');
  }

  /** Fills in an array or a type of NumPy's from its state. */
  #build(state: Item): void {
    const target = this.#top();
    // Of a type the state is its byte order, which types of one byte do not have, and fields, which they cannot have.
    if (target instanceof PickledType) return;
    const [, shape, type, fortranOrder, data] = Array.isArray(state) ? (state as readonly Item[]) : [];
    const fits = type instanceof PickledType && data instanceof Uint8Array && Array.isArray(shape);
    if (!(target instanceof PickledArray) || !fits) throw this.bad('it has an object that is no array of numbers');
    target.dtype = type.descr;
    target.fortranOrder = fortranOrder === true;
    target.shape = (shape as readonly unknown[]).map(Number);
    target.data = data;
  }

  #append(items: readonly Item[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.bad('it appends to what is no list');
    // One by one: so many arguments as a batch has labels do not fit into one call.
    for (const item of items) (list as Item[]).push(item);
  }

  #set(items: readonly Item[]): void {
    const map = this.#top();
    if (!(map instanceof Map)) throw this.bad('it sets an item of what is no dictionary');
    for (let i = 0; i + 1 < items.length; i += 2) (map as Map<Item, Item>).set(items[i] ?? null, items[i + 1] ?? null);
  }

  #remembered(index: number): Item {
    const item = this.#memo.get(index);
    if (item === undefined) throw this.bad('it refers to what it has not made');
    return item;
  }

  #sinceMark(): Item[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.bad('it is damaged: a mark is missing');
    return this.#stack.splice(mark);
  }

  #last(count: number): Item[] {
    if (this.#stack.length < count) throw this.bad('it is damaged: its stack is empty');
    return this.#stack.splice(this.#stack.length - count);
  }

  #pop(): Item {
    return this.#last(1)[0] ?? null;
  }

  #top(): Item {
    const top = this.#stack.at(-1);
    if (top === undefined) throw this.bad('it is damaged: its stack is empty');
    return top;
  }

  #plain(item: Item): PickleValue {
    if (item instanceof PickledType) throw this.bad('it is a type');
    return item;
  }

  #number(bytes: 1 | 2 | 4 | 8, signed = false): number {
    this.#at += bytes;
    const at = this.#at - bytes;
    if (bytes === 8) return Number(this.bytes.readBigUInt64LE(at));
    return signed ? this.bytes.readIntLE(at, bytes) : this.bytes.readUIntLE(at, bytes);
  }

  #long(bytes: number): number {
    if (bytes > 6) throw this.bad('it has a number of more than 48 bits');
    this.#at += bytes;
    return bytes === 0 ? 0 : this.bytes.readIntLE(this.#at - bytes, bytes);
  }

  #bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.bytes.length) throw this.bad('it is cut off');
    const own = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return own;
  }

  #text(length: number): string {
    return Buffer.from(this.#bytes(length)).toString('utf8');
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 1000) throw this.bad('it is damaged: a name does not end');
    const text = this.bytes.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}
