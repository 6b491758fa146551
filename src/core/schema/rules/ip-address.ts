import { blockOf } from "./ip-block.ts";
import { allFields, filled, list, onFields, type Rule, textOf } from "./rule.ts";
import { cidr, ipAddress, plainIpAddress } from "./syntax.ts";

/** Addresses and blocks of addresses. */
export const invalidIpAddress: Rule = {
  name: "invalid-ip-address",
  fields: allFields(
    onFields(filled(plainIpAddress), {
      "core.v1.HostAlias": "ip",
      "core.v1.PodDNSConfig": "nameservers[]",
    }),
    onFields(filled(ipAddress), {
      "core.v1.ServiceSpec": "externalIPs[]",
    }),
    onFields(ipAddress, { "core.v1.EndpointAddress": "ip" }),
    onFields((value) => (value === "None" ? undefined : ipAddress(value)), { "core.v1.ServiceSpec": "clusterIP" }),
    // Spaces around them were always let through.
    onFields((value) => filled(cidr)(typeof value === "string" ? value.trim() : value), {
      "core.v1.ServiceSpec": "loadBalancerSourceRanges[]",
    }),
    onFields(filled(cidr), {
      "networking.v1.IPBlock": "except[]",
      "networking.v1.ServiceCIDRSpec": "cidrs[]",
    }),
    onFields(cidr, { "networking.v1.IPBlock": "cidr" }),
  ),
  objects: {
    "networking.v1.IPBlock": ({ cidr: whole, except }) => {
      const outer = blockOf(textOf(whole));
      if (outer === undefined) return [];
      return list(except).flatMap((block, index) => {
        const inner = blockOf(textOf(block));
        if (inner === undefined || (inner.bits > outer.bits && inner.isIn(outer))) return [];
        return [{ predicate: `must be a part of \`${whole}\``, at: ["except", index] }];
      });
    },
  },
};
