import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import { found, unclear, type RedisFinding } from './redis-check.finding.js';
import { findingsIn } from './redis-info-check.js';
import { type Openness, opennessOf } from './redis-openness-check.js';

/** Timeout of one `INFO`, in milliseconds, unless the client has a shorter `commandTimeout`. */
const INFO_TIMEOUT = 1_000;

/** Attempts of `INFO`: a starting application is busy, and may be late to process a timely reply. */
const INFO_ATTEMPTS = 3;

const NO_ANSWER = unclear('Unclear', 'it did not answer INFO. Try again.');

const OPENNESS_FINDINGS: Record<Openness, readonly RedisFinding[]> = {
  open: [
    found(
      'Open',
      "it requires no password, so any client can sign in as any user. Disable its user 'default', and give each service a Redis user.",
    ),
  ],
  closed: [],
  unknown: [
    unclear('Unclear', 'a connection without a password neither worked nor failed. Try again.'),
  ],
};

/** Finding with the affected servers. */
export interface RedisProblem extends RedisFinding {
  /** Each as `host:port`, or the path of a socket. */
  readonly servers: readonly string[];
}

/**
 * Checks whether Redis is safe for sessions: the server, the master that the Sentinels named, or every
 * master of a Cluster. Each server gets `INFO` from the client, and `PING` over an additional connection
 * without credentials.
 *
 * @param client A client that is ready.
 * @param signal Aborts the check, whose result is then meaningless.
 * @returns the problems, including everything that could not be determined; never rejects
 */
export async function checkRedis(
  client: Redis | Cluster,
  signal: AbortSignal,
): Promise<RedisProblem[]> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  if (servers.length === 0) return [{ ...NO_ANSWER, servers: ['Cluster'] }];
  const checks = servers.map(async (server) => {
    const findings = await checkServer(server, signal);
    return { name: nameOf(server), findings };
  });
  const problems = new Map<string, RedisProblem>();
  for (const { name, findings } of await Promise.all(checks)) {
    for (const finding of findings) {
      const key = `${finding.what} ${finding.advice}`;
      const others = problems.get(key)?.servers ?? [];
      problems.set(key, { ...finding, servers: [...others, name] });
    }
  }
  return [...problems.values()];
}

/** Describes a problem in a sentence or two, for the log. */
export function describeProblem({ what, servers, advice }: RedisProblem): string {
  return `${what} (${servers.join(', ')}): ${advice}`;
}

async function checkServer(server: Redis, signal: AbortSignal): Promise<RedisFinding[]> {
  // `INFO` comes first: a Cluster node may not be connected yet, and has no address until then.
  const info = await infoOf(server);
  if (info === null) return [NO_ANSWER];
  return [...OPENNESS_FINDINGS[await opennessOf(server, signal)], ...findingsIn(info)];
}

async function infoOf(server: Redis): Promise<string | null> {
  for (let attempt = 1; attempt <= INFO_ATTEMPTS; attempt += 1) {
    const info = await Promise.race([
      server.info().catch(() => null),
      delay(INFO_TIMEOUT, null, { ref: false }),
    ]);
    if (info !== null) return info;
  }
  return null;
}

/** Name of a server as configured, for operators to recognize; behind Sentinels, as they named it. */
function nameOf({ options, stream }: Redis): string {
  if (options.path) return options.path;
  const host = options.sentinels ? stream.remoteAddress : options.host;
  const port = options.sentinels ? stream.remotePort : options.port;
  return `${host ?? '?'}:${port ?? '?'}`;
}
