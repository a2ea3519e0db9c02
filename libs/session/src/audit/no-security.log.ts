import type { SecurityLog } from './security.log.js';

/** For who has no log: a command line, whose output is something else. */
export const NO_SECURITY_LOG: SecurityLog = { record: () => undefined };
