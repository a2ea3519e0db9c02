import { TestSessions } from './test-sessions.js';
import type { TestedApp } from './tested-app.js';

/**
 * Makes the session store of a tested application fail, as in an outage of Redis. Requests that need a session
 * are answered 503, health checks are down, and changes of sessions throw `SessionStoreUnavailableError`.
 *
 * @returns a function that ends the outage; the sessions are still there
 * @throws SessionOptionsError naming the missing module
 *
 * @example
 * const restore = failStore(app);
 * await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(503);
 * restore();
 */
export function failStore(app: TestedApp): () => void {
  return TestSessions.of(app, 'failStore').fail();
}
