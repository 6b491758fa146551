/** Nothing here takes so long unless it is broken. */
const patienceMs = 30_000;

/** @throws Error naming what was awaited, when it does not come in time */
export async function within<T>(awaited: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited ${patienceMs / 1000} s for ${awaited}`)), patienceMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
