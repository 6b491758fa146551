import { defineConfig } from "vitest/config";

const cluster = "**/*.cluster.test.ts";
const browser = "**/*.browser.test.ts";

export default defineConfig({
  test: {
    reporters: ["default", "./test/contract/report.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [cluster, browser, "test/scenario/**"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "scenario",
          include: ["test/scenario/**/*.test.ts"],
          exclude: [cluster, browser],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "scenario-real",
          include: ["test/scenario/**/*.test.ts"],
          // What only concerns the command line says the same whatever the cluster.
          exclude: [cluster, browser, "**/command-line.test.ts"],
          provide: { cluster: "real" },
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Each file has a control plane of its own, of half a gigabyte.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "contract",
          include: [`test/contract/${cluster}`],
          globalSetup: "test/contract/real-servers.ts",
          // They wait more than they work: for controllers, for kubectl, for the real server.
          maxWorkers: 3,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "cluster",
          include: [`test/${cluster}`],
          exclude: ["test/contract/**"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      { test: { name: "browser", include: [`test/${browser}`], testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
