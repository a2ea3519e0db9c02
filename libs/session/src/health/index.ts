export { GracefulShutdownModule } from './graceful-shutdown.module';
export type { GracefulShutdownOptions } from './graceful-shutdown.options';
export { SessionHealthIndicator } from './session-health.indicator';
export { SessionHealthModule } from './session-health.module';
