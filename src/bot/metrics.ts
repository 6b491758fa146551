import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  delivered(event: string): void;
  jobEnded(kind: string, outcome: string, seconds: number): void;
  writeWaited(ms: number): void;
  /** One object of a merge. */
  compared(fidelity: string): void;
  /** @param count asked when the page is read */
  watchJobs(count: () => Promise<number>): void;
  /** In Prometheus' text format. */
  page(): Promise<string>;
  contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const deliveries = new Counter({
    name: "trueup_deliveries_total",
    help: "Webhook deliveries that were stored, repeated ones not counted",
    labelNames: ["event"],
    registers,
  });
  const jobs = new Histogram({
    name: "trueup_job_seconds",
    help: "How long jobs ran, by their end",
    labelNames: ["kind", "outcome"],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const waits = new Histogram({
    name: "trueup_github_write_wait_seconds",
    help: "How long writes waited so that GitHub's limits are kept; those that did not wait are not counted",
    buckets: [0.1, 0.3, 1, 3, 10],
    registers,
  });
  const objects = new Counter({
    name: "trueup_objects_total",
    help: "Objects of merged pull requests, by what became of them against what was planned",
    labelNames: ["result"],
    registers,
  });
  return {
    delivered: (event) => deliveries.inc({ event }),
    jobEnded: (kind, outcome, seconds) => jobs.observe({ kind, outcome }, seconds),
    writeWaited: (ms) => waits.observe(ms / 1000),
    compared: (fidelity) => objects.inc({ result: fidelity }),
    watchJobs(count) {
      new Gauge({
        name: "trueup_jobs_stored",
        help: "Jobs that are due, held or asked for later",
        registers,
        async collect() {
          this.set(await count());
        },
      });
    },
    page: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
