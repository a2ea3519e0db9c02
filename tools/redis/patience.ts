/**
 * How long a command may take on a machine that does much else, in milliseconds: for tests that are not
 * about what happens when Redis is slow.
 */
export const PATIENCE = 10_000;

/** A Redis URL with which ioredis has {@link PATIENCE}. */
export function patiently(url: string): string {
  return `${url}?commandTimeout=${PATIENCE}`;
}
