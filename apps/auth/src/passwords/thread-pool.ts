/** What libuv starts with when it is told nothing: its manual, "Thread pool work scheduling". */
const DEFAULT_THREADS = 4;
const MAX_THREADS = 1024;

/**
 * How many threads the process has for all that would block its event loop: files, `dns.lookup`,
 * compression, the slow half of `node:crypto`, and bcrypt.
 *
 * @param setting As libuv reads it: what is no number counts as one thread.
 */
export function threadPoolSize(setting = process.env.UV_THREADPOOL_SIZE): number {
  if (setting === undefined) return DEFAULT_THREADS;
  const threads = Number.parseInt(setting, 10) || 1;
  return Math.min(Math.max(threads, 1), MAX_THREADS);
}
