import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { commandsPath, messagesPath } from "../../src/link/envelope.ts";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { pacer } from "../pace.ts";
import { type Services, startServices } from "../services.ts";
import { covered, percentile, ratio, rounded } from "../statistics.ts";
import { playDeploymentController } from "./deployment-controller.ts";
import { manyObjects, ofOthers } from "./objects.ts";
import { fileOf, onFreshServer, type RealWorld } from "./real-world.ts";

const plans = 20;
const changes = 10;
/** The comment and the check run. */
const writes = 2;
const system = "planned";

/**
 * A plan of 10 changed among 2,000 objects that are applied, end to end: from the webhook's arrival at the bot to the comment written on
 * the forge, with bot and agent as processes of their own; without the time that the forge itself took, and with it; and of that the
 * agent's part, from the question to its answer. Against both `kubectl diff` of the same.
 */
export const planSome = (): Promise<object> =>
  onFreshServer(async (world) => {
    const { objects } = manyObjects(system);
    const services = await startServices({
      dir: world.folder("services", []),
      kubeconfigPath: world.kubeconfig,
      files: new Map(Object.entries(repositoryOf(objects)).map(([path, text]) => [path, Buffer.from(text)])),
    });
    try {
      await untilHealthy(world, services, objects);
      const { own, whole, ofAgent } = await commented(services, objects);
      const theirs = world.folder("kubectl-diff", objects);
      world.folder("kubectl-diff", changedObjects(objects, 0));
      const diff = ["diff", "--server-side", "--force-conflicts", "--concurrency=16", "--recursive", "-f", theirs];
      const kubectlMs = (await world.kubectl(diff, [1])) * 1000;
      const p50 = percentile(own, 0.5);
      const agentP50 = percentile(ofAgent, 0.5);
      return {
        measure: "webhook → comment of 10 changed among 2,000, 10,000 in the repository",
        unit: "ms",
        of: plans,
        p50: rounded(p50),
        p99: rounded(percentile(own, 0.99)),
        agent: { p50: rounded(agentP50), timesFaster: ratio(kubectlMs, agentP50) },
        withForge: { p50: rounded(percentile(whole, 0.5)), p99: rounded(percentile(whole, 0.99)) },
        kubectl: rounded(kubectlMs),
        timesFaster: ratio(kubectlMs, p50),
      };
    } finally {
      await services.stop();
    }
  });

function repositoryOf(objects: readonly KubeObject[]): Record<string, string> {
  return {
    ".trueup.yaml": `systems:\n  ${system}:\n    cluster: sandbox\n    path: state\n    timeout: 30m\n`,
    ...Object.fromEntries(objects.map((one) => [`state/${fileOf(one)}`, JSON.stringify(one)])),
    ...ofOthers(),
  };
}

async function untilHealthy(world: RealWorld, services: Services, objects: readonly KubeObject[]): Promise<void> {
  const client = await world.client(16);
  try {
    for (const one of manyObjects(system).namespaces) await client.create(one);
    for (const { kind, apiVersion, metadata } of objects.filter((one) => one.kind === "Deployment")) {
      const ref = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace! };
      await waitFor(`${ref.namespace}/${ref.name} is applied`, () => client.get(ref), Boolean, 120_000);
    }
    await playDeploymentController(client, objects);
    const isHealthy = (state: string | undefined) => state === "success";
    await waitFor("it is healthy", () => services.person.deploymentState(), isHealthy, 120_000);
  } finally {
    await client.close();
  }
}

/** The pull requests one after the other. @returns from webhook to comment, without the forge's time and with it, and the agent's part */
async function commented(services: Services, objects: readonly KubeObject[]) {
  const { github, bot, person, api, repository } = services;
  const pace = pacer(writes);
  const own: number[] = [];
  const whole: number[] = [];
  const ofAgent: number[] = [];
  for (let n = 1; n <= plans; n++) {
    await pace();
    const branch = `bench-plan-${n}`;
    await person.branch(branch);
    for (const one of changedObjects(objects, n)) {
      await person.edit(branch, `state/${fileOf(one)}`, () => JSON.stringify(one));
    }
    const isComment = (path: string) => /\/comments(\/\d+)?$/.test(path);
    const written = github.next(
      `the comment of ${branch}`,
      ({ method, path, body }) => method !== "GET" && isComment(path) && body.includes("minReadySeconds"),
    );
    const answered = bot.next(
      `the plan of ${branch}`,
      ({ path, body }) => path.startsWith(messagesPath) && body.includes('"type":"plan-result"'),
    );
    const arrived = bot.next(
      `the webhook of ${branch}`,
      ({ headers, body }) => headers["x-github-event"] === "pull_request" && body.includes(`"ref":"${branch}"`),
    );
    const number = await person.openPullRequest(branch, branch);
    const { from } = await arrived;
    const { to, body } = await written;
    if (!body.includes(`· ${changes} update`)) throw new Error(`not the plan: ${body.slice(0, 500)}`);
    whole.push(to - from);
    own.push(to - from - covered(github.exchanges, { from, to }));
    const answer = await answered;
    const question = bot.exchanges.findLast((one) => one.path.startsWith(commandsPath) && one.to < answer.from)!;
    ofAgent.push(answer.from - question.to - covered(github.exchanges, { from: question.to, to: answer.from }));
    await waitFor("it is planned", () => person.check(number), Boolean);
    await api(`/repos/${repository.fullName}/pulls/${number}`, { method: "PATCH", body: { state: "closed" } });
  }
  return { own, whole, ofAgent };
}

/** Other ones each time, so that nothing is known from before. */
function changedObjects(objects: readonly KubeObject[], round: number): KubeObject[] {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  return Array.from({ length: changes }, (_, n) => {
    const one = deployments[(round * changes + n) % deployments.length]!;
    return { ...one, spec: { ...(one.spec as object), minReadySeconds: 10 + round } } as KubeObject;
  });
}
