export { SessionHealthIndicator } from './session-health.indicator';
export { SessionHealthModule } from './session-health.module';
