import { expect, test } from "vitest";
import { createContest } from "../../src/agent/system/contest.ts";

const writer = "operator spec.replicas";

/** Heals as fast as it is undone, until it has to wait. @returns how many heals that took and for how long it waits */
function fight(contest: ReturnType<typeof createContest>, begin: number) {
  for (let heals = 0, now = begin; ; heals++, now += 10) {
    const held = contest.hold("web", writer, now);
    if (held !== undefined) return { heals, now, ...held };
    contest.healed("web", writer, now);
    if (heals > 100) throw new Error("never contested");
  }
}

test("a controller that undoes every heal at once is contested, with pauses that grow", () => {
  const contest = createContest();
  const first = fight(contest, 0);
  expect(first).toMatchObject({ heals: 10, ms: 1_000, isNew: true });
  expect(contest.isWaiting("web", first.now + 999)).toBe(true);
  const second = fight(contest, first.now + 1_000);
  expect(second).toMatchObject({ heals: 1, ms: 2_000, isNew: false });
});

test("a person who breaks the same thing again and again is healed each time", () => {
  const contest = createContest();
  for (let now = 0; now < 200_000; now += 1_000) {
    expect(contest.hold("web", writer, now)).toBeUndefined();
    contest.healed("web", writer, now);
  }
});

test("once the other has given up, all is forgotten", () => {
  const contest = createContest();
  const { now } = fight(contest, 0);
  expect(contest.hold("web", writer, now + 1_000)).toBeUndefined();
  contest.healed("web", writer, now + 1_000);
  expect(contest.hold("web", writer, now + 10_000)).toBeUndefined();
  contest.healed("web", writer, now + 10_000);
  expect(fight(contest, now + 20_000)).toMatchObject({ isNew: true });
});

test("somebody else's change of the same object is healed while one writer is fought", () => {
  const contest = createContest();
  for (let now = 0; now < 90; now += 10) {
    expect(contest.hold("web", writer, now)).toBeUndefined();
    contest.healed("web", writer, now);
  }
  expect(contest.hold("web", "kubectl metadata.labels.a", 95)).toBeUndefined();
});
