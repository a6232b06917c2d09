/** What a pickle may hold here: no objects but arrays of NumPy. Texts of Python 2 and bytes come as bytes. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>
  | PickledArray
  | Symbolic;

/** An array of NumPy as it lies in a pickle. */
export class PickledArray {
  dtype = '';
  fortranOrder = false;
  shape: readonly number[] = [];
  data: Uint8Array = new Uint8Array();
}

/** A name that a pickle calls for. It is never looked up: what these few stand for is done below. */
export class Symbolic {
  constructor(readonly name: string) {}
}

/** A type of NumPy's. */
export class PickledType {
  constructor(readonly descr: string) {}
}

/** A text, whichever Python wrote it. */
export function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return typeof value === 'string' ? value : '';
}
