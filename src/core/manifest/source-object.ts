import type { KubeObject } from "./kube-object.ts";
import type { TextPosition } from "./text-position.ts";

/** A Kubernetes object and where it is described. */
export interface SourceObject {
  object: KubeObject;
  file: string;
  /** 1-based, where its description begins. */
  line: number;
  /** Where the value at a JSON pointer into the object stands, or the nearest thing around it that does. */
  locate(pointer: string): TextPosition;
  /** The value at a JSON pointer as it is written, when it stands there without quotes: `1.10`. */
  written(pointer: string): string | undefined;
}
