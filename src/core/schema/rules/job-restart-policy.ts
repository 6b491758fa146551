import { fields, type Rule } from "./rule.ts";

/** A job's pods end, and by default pods are started again for ever. */
export const jobRestartPolicy: Rule = {
  name: "invalid-restart-policy",
  objects: {
    "batch.v1.JobSpec": ({ template }) => {
      const { restartPolicy = null } = fields(fields(template).spec);
      if (restartPolicy !== null && restartPolicy !== "" && restartPolicy !== "Always") return [];
      const at = ["template", "spec", ...(restartPolicy ? ["restartPolicy"] : [])];
      const must = "`OnFailure` or `Never`: a job's pods end, and the default is `Always`";
      return [{ predicate: restartPolicy ? `must be ${must}` : `needs \`restartPolicy\` ${must}`, at }];
    },
  },
};
