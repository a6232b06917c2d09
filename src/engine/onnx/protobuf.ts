/** The little of the protocol-buffer wire format that an ONNX model needs: varints and length-delimited fields. */

const varintType = 0;
const lengthDelimitedType = 2;

/** A field with a non-negative integer, e.g. an int64 or an enum. */
export function varintField(field: number, value: number): Buffer {
  return Buffer.concat([tag(field, varintType), varint(value)]);
}

/** A string, bytes or message field. */
export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([tag(field, lengthDelimitedType), varint(bytes.length), bytes]);
}

function tag(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

/** Base 128, least significant group first. Safe integers only: ONNX graphs here hold no larger number. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
