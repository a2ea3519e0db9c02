/**
 * Traces of sessions with OpenTelemetry.
 *
 * @module nest-sessions/tracing
 */

export { SessionTracingModule } from './session-tracing.module.js';
export type { SessionTracingOptions } from './session-tracing.options.js';
