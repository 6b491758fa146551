import { allFields, onFields, type Rule, text } from "./rule.ts";

const steps = (path: string) => path.split("/");

const inside = text(
  "must be a path inside the volume: relative, and without `..`",
  (path) => !path.startsWith("/") && !steps(path).includes("..") && !path.startsWith(".."),
);

const below = text(
  "must be a relative path without `..`",
  (path) => !path.startsWith("/") && !steps(path).includes(".."),
);

const absolute = text("must be a path that begins with `/`", /^\//);

/** Paths in volumes, in containers, on servers. */
export const filePath: Rule = {
  name: "invalid-path",
  fields: allFields(
    onFields(inside, {
      "core.v1.KeyToPath": "path",
      "core.v1.DownwardAPIVolumeFile": "path",
      "core.v1.ServiceAccountTokenProjection": "path",
      "core.v1.ClusterTrustBundleProjection": "path",
    }),
    onFields(below, { "core.v1.VolumeMount": "subPath subPathExpr" }),
    onFields(absolute, {
      "core.v1.NFSVolumeSource": "path",
      "admissionregistration.v1.ServiceReference": "path",
      "apiextensions.v1.ServiceReference": "path",
    }),
    onFields(text("must be a path in a schema that begins with `.`", /^\./), {
      "apiextensions.v1.CustomResourceColumnDefinition": "jsonPath",
      "apiextensions.v1.CustomResourceSubresourceScale": "specReplicasPath statusReplicasPath labelSelectorPath",
    }),
  ),
};
