import { generateKeyPairSync } from "node:crypto";

/** The private key of an app that exists in tests only. */
export const appKey = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();
