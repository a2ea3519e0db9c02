import { redisNodesOptions, redisUrlOptions } from 'nest-sessions/redis';
import { ValidateBy } from 'class-validator';

const SOURCES = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER'] as const;

/** Accepts at most one source of Redis, so that the source in use is never ambiguous. */
export function IsOnlyRedis(): PropertyDecorator {
  return ValidateBy({
    name: 'isOnlyRedis',
    validator: {
      validate: (_, args) => sourcesIn(args?.object).length <= 1,
      defaultMessage: (args) =>
        `${sourcesIn(args?.object).join(' and ')} are set: keep only the variable of the Redis that stores the sessions.`,
    },
  });
}

/**
 * Accepts a `redis://` or `rediss://` URL, or no value when another source is set or the service needs no
 * Redis. The message does not repeat the value: it may hold a password.
 */
export function IsRedisUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isRedisUrl',
    validator: {
      validate: (value, args) =>
        value === undefined
          ? sourcesIn(args?.object).length > 0 || !needsRedis(args?.object)
          : problemOf(() => redisUrlOptions(String(value), '')) === null,
      defaultMessage: (args) =>
        args?.value === undefined
          ? 'set it to the URL of the Redis that stores the sessions, such as ' +
            `redis://127.0.0.1:6379, or set REDIS_SENTINELS or REDIS_CLUSTER. \`npm start\` starts a ` +
            'Redis by itself.'
          : (problemOf(() => redisUrlOptions(String(args.value), '')) ?? ''),
    },
  });
}

/** Accepts a list of servers. The message does not repeat the list: it may hold a password. */
export function IsRedisNodes(): PropertyDecorator {
  const problemIn = (value: unknown) => problemOf(() => redisNodesOptions(String(value), ''));
  return ValidateBy({
    name: 'isRedisNodes',
    validator: {
      validate: (value) => problemIn(value) === null,
      defaultMessage: (args) => problemIn(args?.value) ?? '',
    },
  });
}

/** Accepts a list of servers whose database is 0 or not given: a Cluster has only database 0. */
export function IsRedisCluster(): PropertyDecorator {
  const databaseIn = (value: unknown) => {
    try {
      return redisNodesOptions(String(value), '').options.db ?? 0;
    } catch {
      // `IsRedisNodes` reports the fault.
      return 0;
    }
  };
  return ValidateBy({
    name: 'isRedisCluster',
    validator: {
      validate: (value) => databaseIn(value) === 0,
      defaultMessage: () =>
        'a Cluster has database 0 alone: leave the number out, and keep environments apart by keyPrefix.',
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

/** Returns the message of the error that a parser throws; `null` without an error. */
function problemOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return (error as Error).message.replace(/^: /, '');
  }
}
