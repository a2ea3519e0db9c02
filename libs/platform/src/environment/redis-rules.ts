import { redisUrlOptions } from '@app/session';
import { ValidateBy } from 'class-validator';

const SOURCES = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER'] as const;

/** One source of Redis and no more, so that nobody wonders which one counts. */
export function IsOnlyRedis(): PropertyDecorator {
  return ValidateBy({
    name: 'isOnlyRedis',
    validator: {
      validate: (_, args) => sourcesIn(args?.object).length <= 1,
      defaultMessage: (args) =>
        `${sourcesIn(args?.object).join(' and ')} are set: keep one, the Redis that keeps the sessions.`,
    },
  });
}

/**
 * A `redis://` or `rediss://` URL, unless there is another source, or none is needed. The message does not repeat the
 * value: it may hold a password.
 */
export function IsRedisUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isRedisUrl',
    validator: {
      validate: (value, args) =>
        value === undefined
          ? sourcesIn(args?.object).length > 0 || !needsRedis(args?.object)
          : problemOf(value) === null,
      defaultMessage: (args) =>
        args?.value === undefined
          ? 'name the Redis that keeps the sessions, such as redis://127.0.0.1:6379 (npm start starts one by itself), or set REDIS_SENTINELS or REDIS_CLUSTER.'
          : (problemOf(args.value) ?? ''),
    },
  });
}

function sourcesIn(object: object | undefined): string[] {
  const environment = object as Record<string, unknown> | undefined;
  return SOURCES.filter((source) => environment?.[source] !== undefined);
}

function needsRedis(object: object | undefined): boolean {
  return (object as { usesRedis(): boolean } | undefined)?.usesRedis() ?? true;
}

/** The fault of a URL, as a sentence; `null` when it has none. */
function problemOf(value: unknown): string | null {
  try {
    redisUrlOptions(String(value), '');
    return null;
  } catch (error) {
    return (error as Error).message.replace(/^: /, '');
  }
}
