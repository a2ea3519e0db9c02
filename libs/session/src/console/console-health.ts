import { Injectable } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { SessionChannels } from '../channels/session-channels.js';
import type { NearCachedSessionStore } from '../near-cache/near-cached-session.store.js';
import { RpcCounters } from '../rpc/rpc.counters.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionStore } from '../store/session.store.js';
import { ConsoleProviders } from './console-providers.js';

/** State of sessions in this process, for people. */
export interface HealthReport {
  readonly redis: {
    readonly topology: 'standalone' | 'sentinel' | 'cluster' | 'none';
    readonly isConnected: boolean;
    readonly nodes: readonly {
      readonly host: string;
      readonly port: number;
      readonly role?: string;
    }[];
    readonly findings: readonly {
      readonly severity: 'warning' | 'error';
      readonly title: string;
      readonly fix: string;
    }[];
  };
  readonly nearCache: null | {
    readonly isLinkUp: boolean;
    readonly hits: number;
    readonly misses: number;
    readonly bypasses: number;
    readonly invalidations: number;
    readonly linkLosses: number;
    readonly hitRatio: number | null;
    /** Age that a session from memory can have, in milliseconds; `null` while the link is down. */
    readonly staleness: number | null;
  };
  readonly revocationLag: null | {
    readonly lastMs: number;
    readonly p99Ms: number;
    readonly count: number;
  };
  readonly rpc: null | {
    readonly isOpen: boolean;
    readonly calls: number;
    readonly failures: number;
  };
  readonly events: { readonly lost: number };
  readonly records: { readonly malformed: number };
  readonly channels: null | { readonly open: number };
  readonly process: { readonly uptime: number; readonly node: string };
}

/** Reports the state of sessions in this process. */
@Injectable()
export class ConsoleHealth {
  constructor(
    private readonly redis: RedisConnection,
    private readonly store: SessionStore,
    private readonly counters: SessionCounters,
    private readonly providers: ConsoleProviders,
  ) {}

  report(): HealthReport {
    const rpc = this.providers.find(RpcCounters);
    const channels = this.providers.find(SessionChannels);
    return {
      redis: this.redis.isConfigured ? redisReport(this.redis) : NO_REDIS,
      nearCache: isNearCached(this.store) ? nearCacheReport(this.store) : null,
      revocationLag: null,
      rpc: rpc && { isOpen: rpc.isOpen, calls: rpc.calls, failures: rpc.failures },
      events: { lost: this.counters.lostEvents },
      records: { malformed: this.counters.malformedRecords },
      channels: channels && { open: channels.size },
      process: { uptime: Math.round(process.uptime()), node: process.version },
    };
  }
}

const NO_REDIS: HealthReport['redis'] = {
  topology: 'none',
  isConnected: false,
  nodes: [],
  findings: [],
};

function redisReport({ client, problems }: RedisConnection): HealthReport['redis'] {
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

function as(role: string): (node: Redis) => HealthReport['redis']['nodes'][number] {
  return (node) => ({ ...addressOf(node), role });
}

function addressOf({ options }: Redis): { host: string; port: number } {
  return { host: options.host ?? options.path ?? 'localhost', port: options.port ?? 0 };
}

function nearCacheReport(store: NearCachedSessionStore): HealthReport['nearCache'] {
  const { hits, misses, bypasses, invalidations, linkLosses, isLinkUp } = store.counters;
  const lookUps = hits + misses + bypasses;
  return {
    ...{ isLinkUp, hits, misses, bypasses, invalidations, linkLosses },
    hitRatio: lookUps === 0 ? null : hits / lookUps,
    staleness: store.staleness,
  };
}

/** Compares by structure: an application without a near-cache does not load its code. */
function isNearCached(store: SessionStore): store is NearCachedSessionStore {
  return 'counters' in store && 'staleness' in store;
}
