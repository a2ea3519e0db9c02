import { Injectable } from '@nestjs/common';
import { AccessDirectory, type ServiceReports } from '../access/access-directory.js';
import { SessionChannels } from '../channels/session-channels.js';
import { RpcCounters } from '../rpc/rpc.counters.js';
import { type ProcessReport, reportOfProcess } from '../store/process-report.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionStore } from '../store/session.store.js';
import { ConsoleProviders } from './console-providers.js';
import { RevocationLag, type RevocationLagReport } from './revocation-lag.js';

/** State of sessions in this process, and in the instances of the services. */
export interface HealthReport extends ProcessReport {
  readonly revocationLag: RevocationLagReport | null;
  readonly rpc: null | {
    readonly isOpen: boolean;
    readonly calls: number;
    readonly failures: number;
  };
  readonly channels: null | { readonly open: number };
  /** Reports that came with heartbeats; empty while Redis does not answer. */
  readonly services: readonly ServiceReports[];
}

/** Reports the state of sessions. */
@Injectable()
export class ConsoleHealth {
  constructor(
    private readonly redis: RedisConnection,
    private readonly store: SessionStore,
    private readonly counters: SessionCounters,
    private readonly lag: RevocationLag,
    private readonly providers: ConsoleProviders,
  ) {}

  async report(): Promise<HealthReport> {
    const rpc = this.providers.find(RpcCounters);
    const channels = this.providers.find(SessionChannels);
    return {
      ...reportOfProcess(this.redis, this.store, this.counters),
      revocationLag: this.lag.report(),
      rpc: rpc && { isOpen: rpc.isOpen, calls: rpc.calls, failures: rpc.failures },
      channels: channels && { open: channels.size },
      services: await this.#reports(),
    };
  }

  /** An outage of Redis must not hide the state of this process, which shows the outage. */
  async #reports(): Promise<readonly ServiceReports[]> {
    const directory = this.providers.find(AccessDirectory);
    return (await directory?.reports().catch(() => [])) ?? [];
  }
}
