/** One field of a message as it travels. What it means only its schema knows. Reading it otherwise throws a RangeError. */
export interface ProtobufField {
  number: number;
  integer(): number;
  double(): number;
  bytes(): Buffer;
  text(): string;
}

/** The fields of a message in their order: https://protobuf.dev/programming-guides/encoding/. Throws a RangeError. */
export function protobufFields(message: Buffer): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message.readUInt8(at);
      at += 1;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    throw new RangeError("a number has no end");
  };
  const take = (length: number): Buffer => {
    if (length > message.length - at) throw new RangeError("a field goes beyond the message's end");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        fields.push(field(number, { integer: Number(BigInt.asIntN(64, varint())) }));
        break;
      case 1:
        fields.push(field(number, { double: take(8).readDoubleLE() }));
        break;
      case 2:
        fields.push(field(number, { bytes: take(Number(varint())) }));
        break;
      case 5:
        fields.push(field(number, { double: take(4).readFloatLE() }));
        break;
      default:
        throw new RangeError(`there is no wire type ${tag & 7}`);
    }
  }
  return fields;
}

function field(number: number, found: { integer?: number; double?: number; bytes?: Buffer }): ProtobufField {
  const must = <T>(value: T | undefined): T => {
    if (value === undefined) throw new RangeError(`field ${number} is of another type`);
    return value;
  };
  return {
    number,
    integer: () => must(found.integer),
    double: () => must(found.double),
    bytes: () => must(found.bytes),
    text: () => must(found.bytes).toString("utf8"),
  };
}
