import { randomBytes } from 'node:crypto';
import { eachRow } from '../../tools/testing/each-row';
import { call, json } from '../support/http';
import { dump } from '../support/redis-dump';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System } from '../support/system';

/** Returns the keys of a dump that have not expired at a time; `-1` means a key without an expiry. */
function alive(keys: Record<string, string>, now: number): Record<string, string> {
  const expiryOf = (value: string) => Number(value.split(' ').at(-1));
  return Object.fromEntries(
    Object.entries(keys).filter(([, value]) => expiryOf(value) === -1 || expiryOf(value) > now),
  );
}

export function tokens(adapter: Adapter): void {
  describe(`token handling, on ${adapter}`, () => {
    let system: System;
    let token: string;

    beforeAll(async () => {
      system = await sharedSystem(adapter);
      token = await system.signInLike('alice');
    });

    /** Returns the answers of every service to the same headers; fails when Redis has changed. */
    async function knock(
      headers: Record<string, string>,
    ): Promise<{ status: number; text: string }[]> {
      const before = await dump(system.redis.url);
      const answers = await Promise.all(system.doors.map((door) => call(door, { headers })));
      await expectUnchanged(before);
      return answers;
    }

    /** Compares Redis with an earlier dump, ignoring keys that have expired since. */
    async function expectUnchanged(before: Record<string, string>): Promise<void> {
      const after = await dump(system.redis.url);
      const now = Date.now();
      expect(alive(after, now)).toEqual(alive(before, now));
    }

    const malformed: [string, (token: string) => string][] = [
      ['too short', (it) => it.slice(1)],
      ['too long', (it) => `${it}A`],
      ['empty', () => ''],
      ['of another alphabet', (it) => `+${it.slice(1)}`],
      ['padded', (it) => `${it}=`],
      ['quoted', (it) => `"${it}"`],
      ['percent-encoded', (it) => `%${it.charCodeAt(0).toString(16)}${it.slice(1)}`],
      ['spelt with another last character', (it) => `${it.slice(0, 42)}B`],
      ['not text', () => '\u00ff'.repeat(43)],
      ['random', () => randomBytes(32).toString('base64url')],
    ];

    it('responds 401 to a malformed cookie', () =>
      eachRow(
        malformed,
        async ([, spell]) => {
          const answers = await knock({ cookie: `__Host-sid=${spell(token)}` });
          expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
        },
        ([name]) => name,
      ));

    it('responds 401 to a malformed bearer token', () =>
      eachRow(
        malformed,
        async ([, spell]) => {
          const answers = await knock({ authorization: `Bearer ${spell(token)}` });
          expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
        },
        ([name]) => name,
      ));

    it('returns the same body for a missing, malformed, forged and revoked token', async () => {
      const revoked = await system.signInLike('alice');
      await system.logout(revoked);
      const headers: Record<string, string>[] = [
        {},
        { cookie: '__Host-sid=x' },
        { cookie: `__Host-sid=${randomBytes(32).toString('base64url')}` },
        { cookie: `__Host-sid=${revoked}` },
      ];
      const bodies = new Set<string>();
      for (const each of headers) for (const { text } of await knock(each)) bodies.add(text);
      expect([...bodies].map((it) => (JSON.parse(it) as { code: string }).code)).toEqual([
        'ERR_SESSION_REQUIRED',
      ]);
    });

    it('rejects a header of 64 KB before it reads the token', async () => {
      const headers = { cookie: `__Host-sid=${'A'.repeat(64 * 1024)}` };
      for (const door of system.doors) {
        // Node.js cuts the connection as it answers, so that the answer may be lost in transit.
        const outcome = await call(door, { headers }).then(
          ({ status }) => status,
          (error: unknown) => (error as NodeJS.ErrnoException).code,
        );
        expect([431, 'ECONNRESET', 'EPIPE']).toContain(outcome);
      }
      expect(await system.statuses(token)).toEqual([200, 200, 200]);
    });

    it('reads past 8 KB of other cookies', async () => {
      const [answer] = await knock({ cookie: `a=${'b'.repeat(8 * 1024)}; __Host-sid=x` });
      expect(answer?.status).toBe(401);
    });

    it('rejects two session cookies, even when both are the same and valid', async () => {
      const answers = await knock({ cookie: `__Host-sid=${token}; __Host-sid=${token}` });
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    });

    it('rejects a cookie together with a bearer token, even when both are valid', async () => {
      const answers = await knock({
        cookie: `__Host-sid=${token}`,
        authorization: `Bearer ${token}`,
      });
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
      expect(JSON.parse(answers[0]?.text ?? '')).toMatchObject({
        code: 'ERR_SESSION_TOKEN_AMBIGUOUS',
      });
    });

    it('reads no token from the query, the body or another header', async () => {
      const answers = await Promise.all([
        call(`${system.orders.url}/orders?token=${token}&__Host-sid=${token}`),
        call(`${system.orders.url}/orders`, { body: { token } }),
        call(`${system.orders.url}/orders`, { headers: { 'x-session-token': token } }),
        call(`${system.orders.url}/orders`, { headers: { authorization: `Basic ${token}` } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    });

    it('does not accept the public session id as a token', async () => {
      const { session } = json<{ session: { id: string } }>(
        await call(`${system.auth.url}/auth/session`, { cookie: token }),
      );
      expect(await system.statuses(session.id)).toEqual([401, 401, 401]);
    });

    it('stores no token in Redis', async () => {
      const everything = JSON.stringify(
        Object.entries(await dump(system.redis.url)).map(([key, value]) => [
          key,
          Buffer.from(value, 'base64').toString('latin1'),
        ]),
      );
      expect(everything).toContain('session:{');
      expect(everything).not.toContain(token);
    });

    it('changes nothing in Redis when a session lacks the role', async () => {
      const bob = await system.signInLike('bob');
      const before = await dump(system.redis.url);
      const answer = await call(`${system.orders.url}/orders`, { cookie: bob });
      expect(answer.status).toBe(403);
      await expectUnchanged(before);
    });
  });
}
