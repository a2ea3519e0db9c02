import { createHash, randomBytes } from 'node:crypto';
import { eventually } from '../tools/testing/eventually';
import { Pipelined } from './support/pipelined';
import { dump, withRedis } from './support/redis-dump';
import { ADAPTERS, System } from './support/system';

const REQUESTS = 100_000;
const CONNECTIONS_PER_SERVICE = 2;
/** Pending requests on one connection. */
const DEPTH = 20;
const STORE_UNAVAILABLE = 503;
const TIMED_OUT = /The session store cannot answer.* \(Command timed out\)/;
/** Longer than a busy machine takes. */
const TIME_LIMIT = 300_000;

describe.each(ADAPTERS)('100,000 requests without a session, on %s', (adapter) => {
  let system: System;
  beforeAll(async () => {
    // Each denial is a line of the security log, which this test does not check.
    system = await System.start(adapter, { LOG_LEVEL: 'error' });
  });
  afterAll(() => system.stop());

  it(
    'each get 401, and leave no trace in Redis or the log',
    async () => {
      const others = [await system.signIn('alice'), await system.signIn('bob')];
      const loggedOut = await system.signIn('carol');
      await system.logout(loggedOut);
      await allPublished(system);
      const before = await stateOf(system);
      const printed = system.output.length;
      const { next, sent } = requestsOf(loggedOut, others);

      const answers = new Map<number, number>();
      await Promise.all(
        system.doors.flatMap((door) =>
          Array.from({ length: CONNECTIONS_PER_SERVICE }, async () => {
            const connection = await Pipelined.open(door);
            let batch = next(door);
            while (batch.length > 0) {
              const statuses = await connection.send(batch);
              const answered = statuses.filter((status) => status !== STORE_UNAVAILABLE);
              for (const status of answered) answers.set(status, (answers.get(status) ?? 0) + 1);
              // Retried: a busy machine may keep Redis from answering in time.
              const unanswered = batch.filter((_, at) => statuses[at] === STORE_UNAVAILABLE);
              batch = unanswered.length > 0 ? unanswered : next(door);
            }
            connection.close();
          }),
        ),
      );

      expect(sent()).toEqual({ anonymous: 33_334, loggedOut: 33_333, wrong: 33_333 });
      expect([...answers]).toEqual([[401, REQUESTS]]);
      expect(await stateOf(system)).toEqual(before);
      // No line per request, and no line about a malformed record.
      const lines = system.output.slice(printed).filter((line) => !TIMED_OUT.test(line));
      expect(lines).toEqual([]);
      // The other users are signed in as before.
      const [alice = '', bob = ''] = others;
      expect(await system.statuses(alice)).toEqual([200, 200, 200]);
      expect(await system.statuses(bob)).toEqual([200, 403, 200]);
    },
    TIME_LIMIT,
  );
});

/** Waits for the catalogues that services publish at their start, which this test does not check. */
async function allPublished({ redis, services }: System): Promise<void> {
  await eventually(() =>
    withRedis(
      redis.url,
      async (client) => (await client.keys('access:*')).length === services.length,
    ),
  );
}

/** Returns the content of Redis, and the kinds of its keys, including keys that services write by themselves. */
async function stateOf({ redis }: System): Promise<{ kinds: string[]; keys: object }> {
  const names = await withRedis(redis.url, (client) => client.keys('*'));
  const kinds = new Set(names.map((name) => name.replace(/\{.*\}/, '')));
  return { kinds: [...kinds].sort(), keys: await dump(redis.url) };
}

type Kind = 'anonymous' | 'loggedOut' | 'wrong';

/** Returns batches of requests until the total is reached, and counts the requests. */
function requestsOf(
  loggedOut: string,
  others: readonly string[],
): { next: (door: string) => string[]; sent: () => Record<Kind, number> } {
  const sent: Record<Kind, number> = { anonymous: 0, loggedOut: 0, wrong: 0 };
  const kinds = Object.keys(sent) as Kind[];
  const wrongTokens = wrongTokensOf(others);
  let count = 0;
  const request = (door: string) => {
    const kind = kinds[count % kinds.length] ?? 'anonymous';
    const isCookie = Math.floor(count / kinds.length) % 2 === 0;
    count += 1;
    sent[kind] += 1;
    const { host, pathname } = new URL(door);
    const token = { anonymous: null, loggedOut, wrong: wrongTokens() }[kind];
    const line = isCookie
      ? `Cookie: __Host-sid=${token ?? ''}`
      : `Authorization: Bearer ${token ?? ''}`;
    const lines = [`GET ${pathname} HTTP/1.1`, `Host: ${host}`, ...(token === null ? [] : [line])];
    return `${lines.join('\r\n')}\r\n\r\n`;
  };
  return {
    next: (door) => Array.from({ length: Math.min(DEPTH, REQUESTS - count) }, () => request(door)),
    sent: () => sent,
  };
}

/** Returns in turn: unknown tokens, invalid tokens, and values that others may know of a live session. */
function wrongTokensOf(others: readonly string[]): () => string {
  const unknown = () => randomBytes(32).toString('base64url');
  const idOf = (token: string) => createHash('sha256').update(token).digest('base64url');
  const near = others.flatMap((token) => [
    idOf(token),
    idOf(idOf(token)),
    token.slice(1),
    `${token}A`,
    `"${token}"`,
    `%${token}`,
    token.toLowerCase() + token,
    `${token}, ${token}`,
    `{${idOf(token)}}`,
    'x'.repeat(1_000),
  ]);
  let at = 0;
  return () => {
    at += 1;
    return at % 2 === 0 ? unknown() : (near[Math.floor(at / 2) % near.length] ?? unknown());
  };
}
