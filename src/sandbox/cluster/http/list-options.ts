import { type FieldViolation, invalid } from "../status-error.ts";

const matchField = "resourceVersionMatch";

/** Throws a 422 for a list's or a watch's options that do not go together. */
export function checkListOptions(query: URLSearchParams, watch: boolean): void {
  const found = watch ? ofWatch(query) : ofList(query);
  if (found.length > 0) throw invalid("meta.k8s.io", "ListOptions", "", found);
}

const forbidden = (field: string, why: string): FieldViolation => ({
  reason: "FieldValueForbidden",
  field,
  message: `Forbidden: ${why}`,
});

const notSupported = (value: string, supported: readonly string[]): FieldViolation => {
  const list = supported.map((it) => JSON.stringify(it)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { reason: "FieldValueNotSupported", field: matchField, message };
};

const given = (query: URLSearchParams, name: string) => (query.get(name) ?? "") !== "";

function ofList(query: URLSearchParams): FieldViolation[] {
  const match = query.get(matchField) ?? "";
  const found: FieldViolation[] = [];
  if (match !== "") {
    if (!given(query, "resourceVersion")) {
      found.push(forbidden(matchField, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    if (given(query, "continue")) {
      found.push(forbidden(matchField, "resourceVersionMatch is forbidden when continue is provided"));
    }
    if (match !== "Exact" && match !== "NotOlderThan") {
      found.push(notSupported(match, ["Exact", "NotOlderThan", ""]));
    }
    if (match === "Exact" && query.get("resourceVersion") === "0") {
      found.push(forbidden(matchField, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (query.has("sendInitialEvents")) {
    found.push(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return found;
}

function ofWatch(query: URLSearchParams): FieldViolation[] {
  const match = query.get(matchField) ?? "";
  const initial = query.has("sendInitialEvents");
  const found: FieldViolation[] = [];
  if (initial && match !== "NotOlderThan") {
    found.push(forbidden(matchField, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  if (match === "") return found;
  if (!initial) {
    const why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
    found.push(forbidden(matchField, why));
  }
  if (match !== "NotOlderThan") found.push(notSupported(match, ["NotOlderThan"]));
  if (given(query, "continue")) {
    found.push(forbidden(matchField, "resourceVersionMatch is forbidden when continue is provided"));
  }
  return found;
}
