import type { IssuerSessionStore } from '../../store/issuer-session.store.js';
import { absoluteTimeoutCases } from './absolute-timeout.cases.js';
import type { ContractCase, OpenCase } from './contract-case.js';
import { groundOf, type Pass, type ReadingStores } from './contract-ground.js';
import { heirCases } from './heir.cases.js';
import { idleTimeoutCases } from './idle-timeout.cases.js';
import { inspectCases } from './inspect.cases.js';
import { liveSessionCases } from './live-session.cases.js';
import { managerCases } from './manager.cases.js';
import { removeCases } from './remove.cases.js';
import { reviewCases } from './review.cases.js';
import { rotationGraceCases } from './rotation-grace.cases.js';
import { rotationCases } from './rotation.cases.js';
import { sessionListCases } from './session-list.cases.js';
import { successionCases } from './succession.cases.js';
import { updateCases } from './update.cases.js';
import { userIndexCases } from './user-index.cases.js';
import { writeOnceAttributeCases } from './write-once-attribute.cases.js';

/** Store under test. */
export interface ContractOptions<Opened> {
  /** Opens a store without sessions. Called before each case. */
  readonly open: () => Opened | Promise<Opened>;
  /** Lets time pass, for a store whose clock the test sets: on `Date.now()` as well. @default waits */
  readonly pass?: Pass;
}

const READING = [
  ...liveSessionCases,
  ...idleTimeoutCases,
  ...absoluteTimeoutCases,
  ...writeOnceAttributeCases,
];

const ISSUING = [
  ...inspectCases,
  ...updateCases,
  ...removeCases,
  ...heirCases,
  ...successionCases,
  ...userIndexCases,
  ...sessionListCases,
  ...reviewCases,
  ...managerCases,
  ...rotationCases,
  ...rotationGraceCases,
];

/**
 * Returns the contract of `SessionStore` as test cases, for a store that only reads.
 *
 * @example
 * // Jest and Vitest with globals; or import { test } from 'vitest' or 'node:test'
 * for (const { name, run } of sessionStoreCases({ open: () => ({ store, issuer: store }) })) test(name, run);
 */
export function sessionStoreCases({ open, pass }: ContractOptions<ReadingStores>): ContractCase[] {
  return READING.map((each) => bound(each, async () => groundOf(await open(), pass)));
}

/**
 * Returns the contract of `IssuerSessionStore` as test cases. They include those of
 * {@link sessionStoreCases}, and the operations of `SessionManager` on the store.
 *
 * @example
 * for (const { name, run } of issuerSessionStoreCases({ open: () => new MyStore() })) test(name, run);
 */
export function issuerSessionStoreCases({
  open,
  pass,
}: ContractOptions<IssuerSessionStore>): ContractCase[] {
  const opened = async () => {
    const store = await open();
    return groundOf({ store, issuer: store }, pass);
  };
  return [...READING, ...ISSUING].map((each) => bound(each, opened));
}

function bound<Ground>(
  { name, isLocal, check }: OpenCase<Ground>,
  open: () => Promise<Ground>,
): ContractCase {
  return { name, isLocal, run: async () => check(await open()) };
}
