import { Cluster, type Redis } from 'ioredis';
import { isNearCached, type NearCached } from './near-cached.js';
import type { RedisConnection } from './redis-connection.js';
import type { SessionCounters } from './session-counters.js';
import type { SessionStore } from './session.store.js';

/** Server of Redis. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
  readonly role?: string;
}

/** Finding of the check of Redis at the start. */
export interface RedisFinding {
  readonly severity: 'warning' | 'error';
  readonly title: string;
  readonly fix: string;
}

/** Near-cache of a process, since its start. */
export interface NearCacheReport {
  readonly isLinkUp: boolean;
  readonly hits: number;
  readonly misses: number;
  readonly bypasses: number;
  readonly invalidations: number;
  readonly linkLosses: number;
  /** Part of the reads that memory answered; `null` without reads. */
  readonly hitRatio: number | null;
  /** Age that a session from memory can have, in milliseconds; `null` while the link is down. */
  readonly staleness: number | null;
}

/** State of sessions in one process, for people. */
export interface ProcessReport {
  readonly redis: {
    readonly topology: 'standalone' | 'sentinel' | 'cluster' | 'none';
    readonly isConnected: boolean;
    readonly nodes: readonly RedisNode[];
    readonly findings: readonly RedisFinding[];
  };
  /** `null` for a process without a near-cache. */
  readonly nearCache: NearCacheReport | null;
  readonly events: { readonly lost: number };
  readonly records: { readonly malformed: number };
  readonly process: {
    /** Seconds. */
    readonly uptime: number;
    readonly node: string;
  };
}

/** Returns the state of sessions in this process. */
export function reportOfProcess(
  redis: RedisConnection,
  store: SessionStore,
  counters: SessionCounters,
): ProcessReport {
  return {
    redis: redis.isConfigured ? redisReport(redis) : NO_REDIS,
    nearCache: isNearCached(store) ? nearCacheReport(store) : null,
    events: { lost: counters.lostEvents },
    records: { malformed: counters.malformedRecords },
    process: { uptime: Math.round(process.uptime()), node: process.version },
  };
}

const NO_REDIS: ProcessReport['redis'] = {
  topology: 'none',
  isConnected: false,
  nodes: [],
  findings: [],
};

function redisReport({ client, problems }: RedisConnection): ProcessReport['redis'] {
  const isCluster = client instanceof Cluster;
  const isSentinel = !isCluster && (client.options.sentinels?.length ?? 0) > 0;
  return {
    topology: isCluster ? 'cluster' : isSentinel ? 'sentinel' : 'standalone',
    isConnected: client.status === 'ready',
    nodes: isCluster
      ? [...client.nodes('master').map(as('master')), ...client.nodes('slave').map(as('replica'))]
      : [addressOf(client)],
    findings: problems.map(({ what, servers, advice, isCertain }) => ({
      severity: isCertain ? 'error' : 'warning',
      title: `${what} (${servers.join(', ')})`,
      fix: advice,
    })),
  };
}

function as(role: string): (node: Redis) => RedisNode {
  return (node) => ({ ...addressOf(node), role });
}

function addressOf({ options }: Redis): RedisNode {
  return { host: options.host ?? options.path ?? 'localhost', port: options.port ?? 0 };
}

function nearCacheReport({ counters, staleness }: NearCached): NearCacheReport {
  const { hits, misses, bypasses, invalidations, linkLosses, isLinkUp } = counters;
  const lookUps = hits + misses + bypasses;
  const hitRatio = lookUps === 0 ? null : hits / lookUps;
  return {
    ...{ isLinkUp, hits, misses, bypasses, invalidations, linkLosses },
    ...{ hitRatio, staleness },
  };
}
