/**
 * Testing kit: sessions in memory, and signed-in users for tests.
 *
 * @module nest-sessions/testing
 */

export type { ContractCase } from './contract/contract-case.js';
export type { Pass, ReadingStores, SessionWriter } from './contract/contract-ground.js';
export {
  type ContractOptions,
  issuerSessionStoreCases,
  sessionStoreCases,
} from './contract/session-store.contract.js';
export { failStore } from './fail-store.js';
export { MemorySessionStore } from './memory-session.store.js';
export { SessionTestingModule } from './session-testing.module.js';
export type { SessionTestingOptions } from './session-testing.options.js';
export { signInAs, type SignInOptions } from './sign-in-as.js';
export type { SignedInUser } from './signed-in-user.js';
