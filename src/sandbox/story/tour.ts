/**
 * The whole story, played through by itself over the same protocols a person uses: GitHub's REST API as a person with write
 * permission, and the Kubernetes API as an administrator. Nothing here reaches into bot or agent.
 *
 *   first sync → pull request → plan → merge → live and told → drift → healed → bad image → told → rollback → wiped → rebuilt
 */
import type { Administrator } from "./administrator.ts";
import type { Contributor } from "./contributor.ts";
import { waitFor } from "./wait-for.ts";

/** One line of the audit trail, as the bot keeps it. */
export interface AuditLine {
  at: string;
  who: string;
  what: string;
}

export interface TourWorld {
  contributor: Contributor;
  administrator: Administrator;
  /** What a newcomer reads. */
  say(line: string): void;
  audit(): Promise<AuditLine[]>;
}

/** Numbers of the pull requests that later steps come back to. */
interface Opened {
  change: number;
  badImage: number;
}

const branchOfChange = "more-nginx-and-a-bigger-star";

/** Plays every step; @throws TourFailed naming the step, what was awaited and what was seen instead */
export async function playTour(world: TourWorld): Promise<void> {
  const began = performance.now();
  const opened: Opened = { change: 0, badImage: 0 };
  for (const [index, { title, play }] of steps.entries()) {
    world.say("");
    world.say(`── ${index + 1}/${steps.length} ${title}`);
    await play(world, opened);
  }
  world.say("");
  world.say(`The whole story in ${((performance.now() - began) / 1000).toFixed(1)} s, every step checked.`);
}

const steps: { title: string; play(world: TourWorld, opened: Opened): Promise<void> }[] = [
  { title: "Git says what should be; the agent pulls it and makes it so", play: firstSync },
  { title: "A pull request, and its plan", play: pullRequestAndPlan },
  { title: "Merging deploys, and the pull request tells how it went", play: mergeAndDeploy },
  { title: "Somebody paints a red circle by hand; the cluster trues itself up", play: driftAndHeal },
  { title: "A bad image: the rollout fails, and the pull request says why", play: badImage },
  { title: "Rolling back is another commit", play: rollback },
  { title: "Meltdown: everything is deleted; Git rebuilds it", play: meltdownAndRebuild },
  { title: "The history says who did what, when", play: auditTrail },
];

async function firstSync({ administrator, say }: TourWorld): Promise<void> {
  await waitFor(
    "nginx runs with 3 of 3 pods",
    () => administrator.deployment("nginx"),
    (d) => d?.ready === 3,
  );
  say("✔ Deployment nginx: 3 of 3 pods ready");
  const shape = await waitFor(
    "the star is there",
    () => administrator.shape("star"),
    (s) => s !== undefined,
  );
  say(`✔ Shape star: a ${shape?.color} ${shape?.shape}, size ${shape?.size}`);
}

async function pullRequestAndPlan({ contributor, say }: TourWorld, opened: Opened): Promise<void> {
  await contributor.branch(branchOfChange);
  await contributor.edit(branchOfChange, "deployment.yaml", (text) => text.replace(/replicas: 3\b/, "replicas: 5"));
  await contributor.edit(branchOfChange, "system-state.yaml", (text) => text.replace(/size: \d+/, "size: 90"));
  opened.change = await contributor.openPullRequest(branchOfChange, "Five nginx and a bigger star");
  say(`✔ Opened #${opened.change}: replicas 3 → 5, a bigger star`);
  const comment = await waitFor(
    "the plan is commented",
    () => contributor.comment(opened.change),
    (text) => text?.includes("spec.replicas") && text.includes("spec.size"),
  );
  quote(say, comment);
  await waitFor(
    "check trueup is green",
    () => contributor.check(opened.change),
    (check) => check === "success",
  );
  say("✔ Check `trueup`: success");
}

async function mergeAndDeploy({ contributor, administrator, say }: TourWorld, opened: Opened): Promise<void> {
  await contributor.merge(opened.change);
  await waitFor(
    "nginx runs with 5 pods",
    () => administrator.deployment("nginx"),
    (d) => d?.ready === 5,
  );
  say("✔ Deployment nginx: 5 of 5 pods ready");
  await waitFor(
    "the star has grown",
    () => administrator.shape("star"),
    (s) => s?.size === 90,
  );
  const comment = await waitFor(
    "the same comment tells that it is deployed",
    () => contributor.comment(opened.change),
    (text) => text?.includes("deployed"),
  );
  quote(say, comment, 1);
  await waitFor(
    "the Deployment's status is success",
    () => contributor.deploymentState(),
    (state) => state === "success",
  );
  say("✔ GitHub Deployment: success");
}

async function driftAndHeal({ administrator, say, audit }: TourWorld): Promise<void> {
  const before = await administrator.shape("star");
  await administrator.patchShape("star", { color: "red", shape: "circle" }, "someone-with-a-brush");
  say("  `someone-with-a-brush` made it a red circle");
  await waitFor(
    "the star is itself again",
    () => administrator.shape("star"),
    (s) => s?.color === before?.color && s?.shape === before?.shape,
  );
  const line = await waitFor(
    "the audit trail names the writer",
    async () => (await audit()).findLast((entry) => entry.what.includes("someone-with-a-brush")),
    (entry) => entry !== undefined,
  );
  say(`✔ Healed: ${line?.what}`);
}

async function badImage({ contributor, administrator, say }: TourWorld, opened: Opened): Promise<void> {
  await contributor.branch("bad-image");
  await contributor.edit("bad-image", "deployment.yaml", (text) =>
    text.replace(/image: \S+/, "image: registry.invalid/nginx:does-not-exist"),
  );
  opened.badImage = await contributor.openPullRequest("bad-image", "Try a new image");
  await waitFor(
    "it is planned",
    () => contributor.check(opened.badImage),
    (check) => check === "success",
  );
  await contributor.merge(opened.badImage);
  const comment = await waitFor(
    "the pull request tells that the rollout failed",
    () => contributor.comment(opened.badImage),
    (text) => text?.includes("failed"),
    90_000,
  );
  quote(say, comment, 8);
  const nginx = await administrator.deployment("nginx");
  say(`✔ Told, and the old pods still serve: ${nginx?.ready} ready`);
}

async function rollback({ contributor, administrator, say }: TourWorld, opened: Opened): Promise<void> {
  await contributor.say(opened.badImage, "/trueup rollback");
  const number = await waitFor(
    "a rollback pull request is open",
    () => contributor.pullRequestOfBot(),
    (found) => found !== undefined,
  );
  say(`✔ \`/trueup rollback\` opened #${number}`);
  await waitFor(
    "it is planned",
    () => contributor.check(number!),
    (check) => check === "success",
  );
  await contributor.merge(number!);
  await waitFor(
    "nginx is whole again",
    () => administrator.deployment("nginx"),
    (d) => d?.ready === 5 && d.updated === 5 && !d.image.includes(".invalid"),
    90_000,
  );
  say("✔ Deployment nginx: 5 of 5 pods on the old image");
}

async function meltdownAndRebuild({ administrator, say }: TourWorld): Promise<void> {
  await administrator.deleteEverything();
  say("  The namespace and the Shape CRD are deleted, and all that lived in them");
  await waitFor(
    "nginx is back",
    () => administrator.deployment("nginx"),
    (d) => d?.ready === 5,
    90_000,
  );
  await waitFor(
    "the star is back",
    () => administrator.shape("star"),
    (s) => s?.size === 90,
    90_000,
  );
  say("✔ Rebuilt from Git: nginx with 5 of 5 pods, the star at size 90");
}

async function auditTrail({ audit, say }: TourWorld): Promise<void> {
  const lines = await audit();
  if (lines.length === 0) throw new Error("the audit trail is empty");
  for (const { at, who, what } of lines) say(`  ${at.slice(11, 19)}  ${who.padEnd(22)} ${what}`);
}

/** The first lines of a comment, as a newcomer would see them. */
function quote(say: (line: string) => void, text: string | undefined, most = 24): void {
  const lines = (text ?? "").split("\n").filter((line) => !line.startsWith("<!--"));
  while (lines[0]?.trim() === "") lines.shift();
  for (const line of lines.slice(0, most)) say(`  │ ${line}`);
}
