/**
 * Console of sessions in the browser.
 *
 * @module nest-sessions/console
 */

export type { SessionConsoleOptions } from './console.options.js';
export { SessionConsoleModule } from './session-console.module.js';
