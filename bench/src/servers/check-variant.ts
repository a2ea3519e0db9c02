import { ANSWER } from './orders.controller';
import type { Credential } from './protection';
import type { ServerProcess } from './server-process';

/**
 * Checks that a variant authorizes the required role, with the whole answer, and rejects all other
 * requests.
 *
 * @throws Error with the unexpected answer
 */
export async function checkVariant(server: ServerProcess): Promise<void> {
  const { valid, withoutRole } = server.credentials;
  const { isOpen = false } = server.variant;
  await expectAnswer(server, 'a valid credential', valid, 200);
  await expectAnswer(server, 'no credential', {}, isOpen ? 200 : 401);
  await expectAnswer(server, 'a credential without the role', withoutRole, isOpen ? 200 : 403);
}

async function expectAnswer(
  server: ServerProcess,
  what: string,
  headers: Credential,
  expected: number,
): Promise<void> {
  const url = `http://127.0.0.1:${server.port}/orders`;
  const answer = await server.whileAlive(fetch(url, { headers }));
  const body = await answer.text();
  const isRight = answer.status === expected && (expected !== 200 || body === ANSWER);
  if (isRight) return;
  throw new Error(
    `${server.name}: ${what} must be answered ${expected}, got ${answer.status}: ${body}`,
  );
}
