import { refuseOtherOptions } from '../common/refuse-other-options.js';
import { SessionOptionsError } from '../errors/session-options.error.js';

/** Options of {@link SessionTracingModule}. */
export interface SessionTracingOptions {
  /**
   * Whether spans carry the id of the session, which is the SHA-256 of its token. With it, everybody who reads the
   * traces sees which requests belong together.
   * @default false
   */
  sessionIds?: boolean;
}

/** {@link SessionTracingOptions} with every default filled in. */
export type TracingSettings = Required<SessionTracingOptions>;

/** @throws SessionOptionsError for an option that the module does not have, or a value that is no boolean */
export function tracingSettingsOf(given: SessionTracingOptions): TracingSettings {
  const { sessionIds = false, ...others } = given;
  refuseOtherOptions('SessionTracingModule', others, ['sessionIds']);
  if (typeof sessionIds === 'boolean') return { sessionIds };
  throw new SessionOptionsError(
    `sessionIds must be true or false, got ${JSON.stringify(sessionIds)}.`,
  );
}
