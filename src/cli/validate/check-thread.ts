import { parentPort, workerData } from "node:worker_threads";
import { keepCompiledSources } from "../../compile-cache.ts";

// A thread beside the main one; what it throws ends it, and is thrown there again.
keepCompiledSources();
const { checkChunks } = await import("./check-chunks.ts");
parentPort!.postMessage(checkChunks(workerData));
