import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import { pointerTo } from "../schema/field-path.ts";

/** Which part of a document a scalar is. */
export interface ScalarPlace {
  /** Of the value, or of the value that a key leads to. */
  pointer: string;
  isKey: boolean;
  /** A key with other keys of its mapping before it. */
  isLaterKey: boolean;
}

/** Where the values of one document stand in its text. */
export interface PointerIndex {
  /** Offset of the key that leads to a value (of the value itself in a list). */
  offsets: ReadonlyMap<string, number>;
  /** By offset. */
  scalars: ReadonlyMap<number, ScalarPlace>;
  /** Where values without quotes begin and end. */
  plain: ReadonlyMap<string, readonly [start: number, end: number]>;
  /** Keys that stand more than once in their mapping; the last one counts. */
  repeated: readonly { pointer: string; offset: number }[];
}

interface Frame {
  kind: "sequence" | "mapping";
  pointer: string;
  /** How many items or keys came before. */
  index: number;
  /** Of a mapping: the pointer that the key just read leads to. */
  awaited: string | undefined;
}

/** One index for each document of a stream, in one pass over its events. */
export function indexDocuments(source: string, events: readonly Event[]): PointerIndex[] {
  const starts = events.flatMap(({ type }, at) => (type === EVENT_ID.DOCUMENT ? [at + 1] : []));
  return starts.map((start, number) => indexDocument(source, events, start, starts[number + 1] ?? events.length));
}

function indexDocument(source: string, events: readonly Event[], start: number, end: number): PointerIndex {
  const offsets = new Map<string, number>();
  const scalars = new Map<number, ScalarPlace>();
  const plain = new Map<string, readonly [number, number]>();
  const repeated: { pointer: string; offset: number }[] = [];
  const frames: Frame[] = [];

  const enter = (offset: number): { pointer: string; isKey: boolean } => {
    const frame = frames.at(-1);
    if (frame === undefined) {
      offsets.set("", offset);
      return { pointer: "", isKey: false };
    }
    if (frame.kind === "sequence") {
      const pointer = pointerTo(frame.pointer, frame.index++);
      offsets.set(pointer, offset);
      return { pointer, isKey: false };
    }
    if (frame.awaited === undefined) return { pointer: frame.pointer, isKey: true };
    const pointer = frame.awaited;
    frame.awaited = undefined;
    return { pointer, isKey: false };
  };

  const key = (text: string, offset: number): string => {
    const frame = frames.at(-1)!;
    const pointer = pointerTo(frame.pointer, text);
    if (offsets.has(pointer)) repeated.push({ pointer, offset });
    offsets.set(pointer, offset);
    frame.awaited = pointer;
    frame.index++;
    return pointer;
  };

  for (let at = start; at < end; at++) {
    const event = events[at]!;
    switch (event.type) {
      case EVENT_ID.SCALAR: {
        const offset = scalarOffset(event);
        const { pointer, isKey } = enter(offset);
        const at = isKey ? key(getScalarValue(source, event), offset) : pointer;
        if (!isKey && event.style === SCALAR_STYLE.PLAIN) plain.set(at, [event.valueStart, event.valueEnd]);
        scalars.set(offset, { pointer: at, isKey, isLaterKey: isKey && frames.at(-1)!.index > 1 });
        break;
      }
      case EVENT_ID.ALIAS: {
        const { isKey } = enter(event.anchorStart);
        if (isKey) key(source.slice(event.anchorStart, event.anchorEnd), event.anchorStart);
        break;
      }
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const { pointer } = enter(event.start);
        const kind = event.type === EVENT_ID.MAPPING ? "mapping" : "sequence";
        frames.push({ kind, pointer, index: 0, awaited: undefined });
        break;
      }
      case EVENT_ID.POP:
        frames.pop();
        break;
      case EVENT_ID.DOCUMENT:
        break;
    }
  }
  return { offsets, scalars, plain, repeated: outermost(repeated) };
}

/** What stands inside a repeated value is there again because that is. */
function outermost(repeated: readonly { pointer: string; offset: number }[]): { pointer: string; offset: number }[] {
  const pointers = new Set(repeated.map(({ pointer }) => pointer));
  const hasRepeatedParent = (pointer: string): boolean => {
    const parent = pointer.slice(0, pointer.lastIndexOf("/"));
    return parent !== "" && (pointers.has(parent) || hasRepeatedParent(parent));
  };
  return repeated.filter(({ pointer }) => !hasRepeatedParent(pointer));
}

/** The offset of what `pointer` names, or of the nearest thing around it that stands in the text. */
export function offsetOf(index: PointerIndex, pointer: string): number {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
    const offset = index.offsets.get(at);
    if (offset !== undefined) return offset;
    if (at === "") return 0;
  }
}

/** Where a scalar begins, its quote included; an empty one has no place of its own. */
export function scalarOffset({ style, valueStart }: ScalarEvent): number {
  const quoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  return Math.max(0, quoted ? valueStart - 1 : valueStart);
}
