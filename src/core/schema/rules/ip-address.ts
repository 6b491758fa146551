import { allFields, filled, onFields, type Rule } from "./rule.ts";
import { cidr, ipAddress } from "./syntax.ts";

/** Addresses and blocks of addresses. */
export const invalidIpAddress: Rule = {
  name: "invalid-ip-address",
  fields: allFields(
    onFields(filled(ipAddress), {
      "core.v1.HostAlias": "ip",
      "core.v1.PodDNSConfig": "nameservers[]",
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
};
