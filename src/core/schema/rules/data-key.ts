import { allFields, type Fields, fields, onFields, type Rule, type Violation } from "./rule.ts";
import { dataKey, isDataKey } from "./syntax.ts";

/** Keys of ConfigMaps and Secrets, which become file names. */
export const invalidKey: Rule = {
  name: "invalid-key",
  fields: allFields(
    onFields(dataKey, {
      "core.v1.ConfigMapKeySelector": "key",
      "core.v1.SecretKeySelector": "key",
    }),
  ),
  objects: {
    "core.v1.ConfigMap": (object) => [...keys(object, "data"), ...keys(object, "binaryData"), ...inBoth(object)],
    "core.v1.Secret": (object) => [...keys(object, "data"), ...keys(object, "stringData")],
  },
};

function keys(object: Fields, field: string): Violation[] {
  const predicate =
    "is no valid key: only letters, digits, `-`, `_` and `.`, at most 253, and not `.` or beginning with `..`";
  return Object.keys(fields(object[field]))
    .filter((key) => !isDataKey(key))
    .map((key) => ({ predicate, at: [field, key] }));
}

function inBoth({ data, binaryData }: Fields): Violation[] {
  const texts = fields(data);
  return Object.keys(fields(binaryData))
    .filter((key) => Object.hasOwn(texts, key))
    .map((key) => ({ predicate: "stands in `data` too; a key may be in one of the two", at: ["binaryData", key] }));
}
