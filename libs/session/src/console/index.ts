/**
 * Console of sessions in the browser.
 *
 * @module nest-sessions/console
 */

export type { SessionConsoleOptions } from './console.options.js';
export {
  type EndedSessionJson,
  ENDING_TYPES,
  messageOfEvent,
  type ServiceJson,
  usersIn,
  viewEndedSession,
  viewService,
} from './event-views.js';
export { SessionConsoleModule } from './session-console.module.js';
export {
  type CurrentSessionJson,
  type ListedSessionJson,
  positionOfText,
  type SessionPageJson,
  textOfPosition,
  viewCurrentSession,
  viewListedSession,
  viewSessionPage,
} from './session-views.js';
export type { UsernamesOf } from './usernames-of.js';
