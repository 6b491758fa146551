import { afterAll, beforeAll, test } from "vitest";
import {
  type BotWorld,
  botComments,
  changed,
  config,
  configMap,
  eventually,
  planFor,
  propose,
  startBotWorld,
} from "../bot-world.ts";

let world: BotWorld;
beforeAll(async () => {
  world = await startBotWorld({ ".trueup.yaml": config(), "shop/web.yaml": configMap("red") });
});
afterAll(() => world?.dispose());

const told = (number: number, good: (text: string) => boolean, what: string) =>
  eventually(
    () => botComments(world, number)[0] ?? "",
    (text) => text.includes("1 update") && good(text),
    what,
  );

// Every wait below fails unless it comes to what it names.
test("two open pull requests that change one field are told of each other, until one of them is closed", async () => {
  world.agent.onPlan = (command) => planFor(command, [changed(command.pullRequest === 1 ? "blue" : "green")]);
  const blue = await propose(world, "blue", { "shop/web.yaml": configMap("blue") });
  await told(blue, (text) => !text.includes("`#"), "a plan alone");
  const green = await propose(world, "green", { "shop/web.yaml": configMap("green") });
  const line = (number: number, after: string) =>
    `> \`#${number}\` also changes \`data.colour\` of \`ConfigMap\` \`default/web\`, **to something else**: \`${after}\`.`;
  await told(green, (text) => text.includes(line(blue, "blue")), "the newer one is told");
  await told(blue, (text) => text.includes(line(green, "green")), "the older one is told");

  // What the other one does is told as it is now.
  world.agent.onPlan = (command) => planFor(command, [changed(command.pullRequest === 1 ? "blue" : "black")]);
  await world.repository.commitFile({
    branch: "green",
    path: "shop/web.yaml",
    content: configMap("black"),
    message: "Black",
  });
  await told(blue, (text) => text.includes(line(green, "black")), "the older one is told again");

  await world.repository.setPullRequestState(green, "closed");
  await told(blue, (text) => !text.includes("`#"), "nothing more to tell");
});
