/**
 * The little of WebAssembly's binary format that vector loops need: one imported memory, one exported function.
 * Section, type and instruction numbers are those of the WebAssembly core specification 2.0, section 5.
 */

/** Bytes of code, in order. */
export type Code = readonly number[];

export const valueTypes = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

export interface FunctionDefinition {
  readonly parameters: readonly ValueType[];
  /** Behind the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

/** A module that imports the memory `env.memory` and exports the function as `run`; it returns nothing. */
export function encodeModule({ parameters, locals, body }: FunctionDefinition): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...vector(parameters.map((name) => [valueTypes[name]])), 0];
  const memoryImport = [...utf8('env'), ...utf8('memory'), 0x02, 0x00, ...unsigned(1)];
  const exported = [...utf8('run'), 0x00, ...unsigned(0)];
  const code = [...vector(locals.map((name) => [...unsigned(1), valueTypes[name]])), ...body, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([type])),
    ...section(2, vector([memoryImport])),
    ...section(3, vector([unsigned(0)])),
    ...section(7, vector([exported])),
    ...section(10, vector([[...unsigned(code.length), ...code]])),
  ]);
}

/** Instructions, each with what it takes from the stack and what it leaves there in the specification's notation. */
export const instructions = {
  localGet: (index: number): Code => [0x20, ...unsigned(index)],
  localSet: (index: number): Code => [0x21, ...unsigned(index)],
  i32Const: (value: number): Code => [0x41, ...signed(value)],
  i32Add: [0x6a],
  i32Mul: [0x6c],
  i32And: [0x71],
  i32GreaterOrEqualUnsigned: [0x4f],
  /** Runs the body until it leaves by {@link instructions.leaveLoopIf}. */
  loop: (body: Code): Code => [0x02, 0x40, 0x03, 0x40, ...body, 0x0c, 0x00, 0x0b, 0x0b],
  /** [i32] → []; stands directly in the body of a loop. */
  leaveLoopIf: [0x0d, 0x01],
  /** [i32] → []; one of the two, by whether the number is not 0. */
  either: (ifSo: Code, ifNot: Code): Code => [0x04, 0x40, ...ifSo, 0x05, ...ifNot, 0x0b],
  /** [i32] → [v128]; alignment of 4 bytes is promised. */
  vectorLoad: (offset: number): Code => [...simd(0x00), 2, ...unsigned(offset)],
  /** [i32 v128] → [] */
  vectorStore: (offset: number): Code => [...simd(0x0b), 2, ...unsigned(offset)],
  /** [i32] → [v128]; one float, four times. */
  splatLoad: (offset: number): Code => [...simd(0x09), 2, ...unsigned(offset)],
  /** [v128 v128] → [v128]; four of the eight floats, by their places. */
  shuffle: (...floats: readonly [number, number, number, number]): Code => [
    ...simd(0x0d),
    ...floats.flatMap((place) => [0, 1, 2, 3].map((byte) => place * 4 + byte)),
  ],
  vectorConst: (value: number): Code => [...simd(0x0c), ...float32Bytes([value, value, value, value])],
  /** [f32] → [v128] */
  splat: simd(0x13),
  greater: simd(0x44),
  and: simd(0x4e),
  abs: simd(0xe0),
  neg: simd(0xe1),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  min: simd(0xe8),
  max: simd(0xe9),
} as const;

function simd(opcode: number): Code {
  return [0xfd, ...unsigned(opcode)];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function utf8(text: string): Code {
  return vector([...Buffer.from(text, 'utf8')].map((byte) => [byte]));
}

function float32Bytes(values: readonly number[]): Code {
  return [...Buffer.from(Float32Array.from(values).buffer)];
}

/** LEB128. */
function unsigned(value: number): Code {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return last ? [low] : [low | 0x80, ...signed(rest)];
}

/** Floats in a vector, and the bytes that they take. */
export const lanes = 4;
export const vectorBytes = 16;

export function assign(index: number, value: Code): Code {
  return [...value, ...instructions.localSet(index)];
}

export function advance(index: number, by: Code): Code {
  return assign(index, [...instructions.localGet(index), ...by, ...instructions.i32Add]);
}

/** Leaves the loop once the address has reached its end; stands directly in the loop's body. */
export function leaveAt(index: number, end: number): Code {
  return [
    ...instructions.localGet(index),
    ...instructions.localGet(end),
    ...instructions.i32GreaterOrEqualUnsigned,
    ...instructions.leaveLoopIf,
  ];
}

/** [] → [i32] */
export function product(index: number, factor: Code): Code {
  return [...instructions.localGet(index), ...factor, ...instructions.i32Mul];
}

/** Places of the vectors that so many floats take. */
export function vectorsOf(floats: number): number[] {
  return Array.from({ length: floats / lanes }, (_, i) => i);
}
