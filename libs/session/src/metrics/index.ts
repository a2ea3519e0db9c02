/**
 * Metrics of sessions for Prometheus.
 *
 * @module nest-sessions/metrics
 */

export { SessionMetrics } from './session-metrics.js';
export { SessionMetricsModule } from './session-metrics.module.js';
export type { SessionMetricsOptions } from './session-metrics.options.js';
