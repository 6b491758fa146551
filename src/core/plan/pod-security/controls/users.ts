import { partAt } from "../../risks/risk.ts";
import { type Control, hasOwnUsers, setters, silent, violation } from "../control.ts";

export const runAsNonRoot: Control = (pod) => {
  const name = "runAsNonRoot != true";
  if (hasOwnUsers(pod)) return undefined;
  const bad = setters(pod, (context) => partAt(context, "runAsNonRoot") === false);
  return (
    violation(name, bad, "must not set securityContext.runAsNonRoot=false") ??
    violation(name, silent(pod, "runAsNonRoot"), "must set securityContext.runAsNonRoot=true")
  );
};

export const runAsUser: Control = (pod) => {
  const bad = hasOwnUsers(pod) ? undefined : setters(pod, (context) => partAt(context, "runAsUser") === 0);
  return violation("runAsUser=0", bad, "must not set runAsUser=0");
};
