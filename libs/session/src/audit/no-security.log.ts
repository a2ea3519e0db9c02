import type { SecurityLog } from './security.log.js';

/** Discards all events: for a command line, whose output has another purpose. */
export const NO_SECURITY_LOG: SecurityLog = { record: () => undefined };
