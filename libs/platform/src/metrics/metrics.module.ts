import { SessionMetricsModule } from 'nest-sessions/metrics';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ServiceEnvironment } from '../environment/service.environment';
import { MetricsServer } from './metrics.server';
import { ServiceMetrics } from './service-metrics';

/** Metrics on a port of their own, with `METRICS_PORT`. Without it nothing is measured. */
@Module({})
export class MetricsModule {
  /** @param readsEvents Whether the service's Redis user may read the session events. */
  static forRoot(
    { METRICS_PORT }: ServiceEnvironment,
    { readsEvents }: { readsEvents: boolean },
  ): DynamicModule {
    const metrics = new ServiceMetrics();
    return {
      module: MetricsModule,
      global: true,
      imports:
        METRICS_PORT === undefined
          ? []
          : [SessionMetricsModule.forRoot({ register: metrics.register, events: readsEvents })],
      providers: [
        { provide: ServiceMetrics, useValue: metrics },
        ...(METRICS_PORT === undefined ? [] : [MetricsServer]),
      ],
      exports: [ServiceMetrics],
    };
  }
}
