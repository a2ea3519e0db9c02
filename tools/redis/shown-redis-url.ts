/**
 * Returns a Redis URL that is safe to show, with `***` in place of its password.
 *
 * @throws Error when the text is not a `redis://` or `rediss://` URL
 */
export function shownRedisUrl(url: string): string {
  if (!URL.canParse(url) || !/^rediss?:\/\//.test(url)) {
    throw new Error('REDIS_URL must be a URL such as redis://127.0.0.1:6379 or rediss://….');
  }
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
