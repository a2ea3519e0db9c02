/** Default of libuv (its manual, "Thread pool work scheduling"). */
const DEFAULT_THREADS = 4;
const MAX_THREADS = 1024;

/**
 * Returns the number of threads for work that would block the event loop: files, `dns.lookup`, compression,
 * the slow half of `node:crypto`, and bcrypt.
 *
 * @param setting Read as by libuv: a value that is not a number counts as one thread.
 */
export function threadPoolSize(setting = process.env.UV_THREADPOOL_SIZE): number {
  if (setting === undefined) return DEFAULT_THREADS;
  const threads = Number.parseInt(setting, 10) || 1;
  return Math.min(Math.max(threads, 1), MAX_THREADS);
}
