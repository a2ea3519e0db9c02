import { diag } from '@opentelemetry/api';

/**
 * Runs code of the SDK, which may be a span processor or a propagator of the application. A failure costs the trace,
 * and not the request.
 *
 * @returns `undefined` when the code throws
 */
export function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    diag.error('nest-sessions: a span was not recorded', error);
    return undefined;
  }
}
