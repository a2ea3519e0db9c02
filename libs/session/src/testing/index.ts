/**
 * Testing kit: sessions in memory, and signed-in users for tests.
 *
 * @module nest-sessions/testing
 */

export { failStore } from './fail-store.js';
export { MemorySessionStore } from './memory-session.store.js';
export { SessionTestingModule } from './session-testing.module.js';
export type { SessionTestingOptions } from './session-testing.options.js';
export { signInAs, type SignInOptions } from './sign-in-as.js';
export type { SignedInUser } from './signed-in-user.js';
