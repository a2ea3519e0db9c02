/**
 * Health indicator for Terminus, and graceful shutdown.
 *
 * @module nest-sessions/health
 */

export { GracefulShutdownModule } from './graceful-shutdown.module.js';
export type { GracefulShutdownOptions } from './graceful-shutdown.options.js';
export { SessionHealthIndicator } from './session-health.indicator.js';
export { SessionHealthModule } from './session-health.module.js';
