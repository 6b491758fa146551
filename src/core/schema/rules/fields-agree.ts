import { type Fields, fields, isSet, list, type Rule, textOf, type Violation } from "./rule.ts";
import { isIpv4, isIpv6 } from "./syntax.ts";

/** Pairs of fields that must say the same, or that exclude each other. */
export const fieldsAgree: Rule = {
  name: "fields-disagree",
  objects: {
    "core.v1.PersistentVolumeClaimSpec": ({ dataSource, dataSourceRef, accessModes }) => [
      ...onePodAlone({ accessModes }),
      ...(isSet(dataSource) &&
      isSet(dataSourceRef) &&
      !isSet(fields(dataSourceRef).namespace) &&
      differ(dataSource, dataSourceRef)
        ? [
            {
              predicate: "must be the same as `dataSourceRef`",
              at: ["dataSource", ...firstDifference(dataSource, dataSourceRef)],
            },
          ]
        : []),
    ],
    "core.v1.PersistentVolumeSpec": onePodAlone,
    "core.v1.ServiceSpec": ({ type, ports }) =>
      type === undefined || type === null || type === "" || type === "ClusterIP"
        ? list(ports).flatMap((port, index) =>
            typeof fields(port).nodePort === "number" && fields(port).nodePort !== 0
              ? [
                  {
                    predicate: "may only be there when `type` is `NodePort` or `LoadBalancer`",
                    at: ["ports", index, "nodePort"],
                  },
                ]
              : [],
          )
        : [],
    "networking.v1.NetworkPolicySpec": ({ policyTypes }) =>
      list(policyTypes).length > 2 ? [{ predicate: "must have at most two items", at: ["policyTypes"] }] : [],
    "networking.v1.NetworkPolicyPeer": ({ ipBlock, podSelector, namespaceSelector }) =>
      isSet(ipBlock) && (isSet(podSelector) || isSet(namespaceSelector))
        ? [{ predicate: "cannot be there beside a selector", at: ["ipBlock"] }]
        : [],
    "networking.v1.NetworkPolicyPort": ({ port, endPort }) =>
      typeof port === "string" && isSet(endPort)
        ? [{ predicate: "must not be there beside a port's name", at: ["endPort"] }]
        : typeof port === "number" && typeof endPort === "number" && endPort >= 1 && endPort < port
          ? [{ predicate: "must not be less than `port`", at: ["endPort"] }]
          : [],
    "discovery.v1.EndpointSlice": addresses,
    "autoscaling.v2.MetricTarget": ({ averageUtilization, averageValue, value }) => {
      const all = { averageUtilization, averageValue, value };
      const set = Object.entries(all).filter(([, given]) => isSet(given));
      return set.length > 0
        ? []
        : [{ predicate: "lacks one of `averageUtilization`, `averageValue`, `value`", missing: Object.keys(all) }];
    },
    "apiextensions.v1.CustomResourceDefinitionVersion": ({ deprecated, deprecationWarning }) =>
      isSet(deprecationWarning) && deprecated !== true
        ? [{ predicate: "may only be there when `deprecated` is `true`", at: ["deprecationWarning"] }]
        : [],
  },
};

/** What one pod alone may write, no other way may reach. */
function onePodAlone({ accessModes }: Fields): Violation[] {
  const modes = list(accessModes);
  return modes.includes("ReadWriteOncePod") && modes.some((mode) => mode !== "ReadWriteOncePod")
    ? [{ predicate: "must not hold `ReadWriteOncePod` beside others", at: ["accessModes"] }]
    : [];
}

function differ(one: unknown, other: unknown): boolean {
  return firstDifference(one, other).length > 0;
}

/** The field of a reference in which two of them differ. */
function firstDifference(one: unknown, other: unknown): string[] {
  const [first, second] = [fields(one), fields(other)];
  const name = ["apiGroup", "kind", "name"].find((field) => textOf(first[field]) !== textOf(second[field]));
  return name === undefined ? [] : [name];
}

function addresses({ addressType, endpoints }: Fields): Violation[] {
  const fits = addressType === "IPv4" ? isIpv4 : addressType === "IPv6" ? isIpv6 : undefined;
  if (fits === undefined) return [];
  return list(endpoints).flatMap((endpoint, index) =>
    list(fields(endpoint).addresses).flatMap((address, position): Violation[] =>
      (isSet(address) && typeof address !== "string") || fits(textOf(address))
        ? []
        : [{ predicate: `must be an ${addressType} address`, at: ["endpoints", index, "addresses", position] }],
    ),
  );
}
