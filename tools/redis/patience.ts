/** Time limit for a command on a busy machine, in milliseconds: for tests that are not about a slow Redis. */
export const PATIENCE = 10_000;

/** Returns a Redis URL that gives ioredis {@link PATIENCE} as its command timeout. */
export function patiently(url: string): string {
  return `${url}?commandTimeout=${PATIENCE}`;
}
