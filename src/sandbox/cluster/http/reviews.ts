import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import type { User } from "../access/authenticate.ts";
import type { ResourceName } from "../store.ts";

/** What is answered to a review: the object with its status. */
type Review = (object: JsonObject, user: User) => JsonObject;

/** Questions that are answered at once and kept nowhere. Everybody who gets in may do everything. */
export const reviews: { readonly [resource: ResourceName]: Review | undefined } = {
  "selfsubjectaccessreviews.authorization.k8s.io": (object) => ({
    ...object,
    status: { allowed: true, reason: "everybody who is known to this cluster may do everything" },
  }),
  "selfsubjectreviews.authentication.k8s.io": (object, { name, groups }) => ({
    ...object,
    status: { userInfo: { username: name, groups: [...groups] } },
  }),
};
