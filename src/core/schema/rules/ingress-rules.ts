import { fields, isFilled, isSet, lacks, list, type Rule, textOf, type Violation } from "./rule.ts";
import { isIpv4 } from "./syntax.ts";

/** An ingress leads somewhere: by a rule or by default, along a path, to a port. */
export const ingressRules: Rule = {
  name: "ingress-rules",
  objects: {
    "networking.v1.IngressSpec": ({ defaultBackend, rules }) =>
      isSet(defaultBackend) || list(rules).length > 0 || (isSet(rules) && !Array.isArray(rules))
        ? []
        : [
            {
              predicate: "lacks `rules` or `defaultBackend`; one of them is required",
              missing: ["rules", "defaultBackend"],
            },
          ],
    "networking.v1.IngressRule": ({ host }) =>
      isIpv4(textOf(host)) ? [{ predicate: "must be a name, not an IP address", at: ["host"] }] : [],
    "networking.v1.HTTPIngressPath": ({ path, pathType }) => pathProblems(textOf(path), pathType),
    "networking.v1.IngressServiceBackend": ({ port }) => {
      const { name, number } = fields(port);
      if (isSet(port) && (typeof port !== "object" || Array.isArray(port))) return [];
      const named = isFilled(name);
      const numbered = isSet(number) && number !== 0;
      if (named && numbered) return [{ predicate: "must have a `name` or a `number`, not both", at: ["port"] }];
      return named || numbered ? [] : [{ predicate: "lacks a `port` with a `name` or a `number`", missing: ["port"] }];
    },
  },
};

function pathProblems(path: string, pathType: unknown): Violation[] {
  if (pathType === "ImplementationSpecific") {
    return path === "" || path.startsWith("/") ? [] : [{ predicate: "must begin with `/`", at: ["path"] }];
  }
  if (pathType !== "Exact" && pathType !== "Prefix") return [];
  if (path === "") return [lacks("path")];
  if (!path.startsWith("/")) return [{ predicate: "must begin with `/`", at: ["path"] }];
  const barred = ["//", "/./", "/../", "%2f", "%2F"].find((part) => path.includes(part));
  const ending = ["/..", "/."].find((end) => path.endsWith(end));
  const wrong = barred ?? ending;
  return wrong === undefined ? [] : [{ predicate: `must not contain \`${wrong}\``, at: ["path"] }];
}
