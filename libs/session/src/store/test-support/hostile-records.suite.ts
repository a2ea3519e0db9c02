import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { fuzzed } from '../../../../../tools/testing/fuzzed.js';
import type { Session } from '../../session/session.js';
import { decodeSession, encodeSession } from '../../session/session-record.js';
import { SessionModule } from '../../session.module.js';
import { hostileJson, jsonObject } from '../../../test-support/fuzzed-records.js';
import { type httpAdapters, listen } from '../../../test-support/http-adapters.js';
import { withBearer, withCookie } from '../../../test-support/requests.js';
import { SampleController } from '../../../test-support/sample.controller.js';
import { sampleSession } from '../../../test-support/sample-session.js';
import { createToken, sessionIdOf } from '../../token/session-token.js';
import { RedisSessionStore } from '../redis-session.store.js';
import { SessionCounters } from '../session-counters.js';

/** Value in the place of a record: a string, or a key of another type. */
interface Planted {
  readonly type: 'string' | 'hash' | 'list' | 'set' | 'stream';
  readonly bytes: (id: string) => Buffer;
}

const FIELDS = ['v', 'id', 'user', 'roles', 'createdAt', 'abs', 'idle', 'ua', 'ip', 'data'];

/** Valid record with one replaced member. */
const changed = fc
  .tuple(fc.constantFrom(...FIELDS, '__proto__', 'more'), hostileJson)
  .map(([field, json]) => (id: string) => {
    const members = Object.entries(JSON.parse(encodeSession(sampleSession({ id }))) as object);
    const others = members.filter(([name]) => name !== field);
    const written = others.map(([name, value]) => [name, JSON.stringify(value)] as const);
    return Buffer.from(jsonObject([...written, [field, json]]));
  });
const bytes = fc.oneof(
  { weight: 3, arbitrary: changed },
  fc.uint8Array({ maxLength: 200 }).map((it) => () => Buffer.from(it)),
  hostileJson.map((json) => () => Buffer.from(json)),
  // A valid record with one replaced byte, which may break the JSON or the UTF-8.
  fc.tuple(fc.nat(500), fc.nat(0xff)).map(([at, byte]) => (id: string) => {
    const record = Buffer.from(encodeSession(sampleSession({ id })));
    record[at % record.length] = byte;
    return record;
  }),
);
const planted: fc.Arbitrary<Planted> = fc.record({
  type: fc.oneof(
    { weight: 4, arbitrary: fc.constant('string' as const) },
    fc.constantFrom('hash' as const, 'list' as const, 'set' as const, 'stream' as const),
  ),
  bytes,
});

/** Stores the value in the place of the record of a session, whose idle clock runs. */
async function plant(client: Redis, id: string, { type, bytes }: Planted): Promise<void> {
  const key = `session:{${id}}`;
  const value = bytes(id);
  await client.set(`idle:{${id}}`, '', 'PX', 60_000);
  if (type === 'string') await client.set(key, value, 'PX', 60_000);
  if (type === 'hash') await client.hset(key, 'v', value);
  if (type === 'list') await client.rpush(key, value);
  if (type === 'set') await client.sadd(key, value);
  if (type === 'stream') await client.xadd(key, '*', 'record', value);
}

/** Returns the session that the planted text encodes, or `null`; the session may have expired. */
function sessionIn(id: string, { type, bytes }: Planted): Session | null {
  return type === 'string' ? decodeSession(id, bytes(id).toString()) : null;
}

function isAlive(session: Session | null): session is Session {
  return session !== null && session.absoluteExpiresAt > Date.now();
}

/** Property: a store finds the session that the planted text encodes, or counts a malformed record. */
export function isSessionOrCounted(client: Redis): fc.IAsyncProperty<[Planted, boolean]> {
  return fc.asyncProperty(planted, fc.boolean(), async (it, knowsClock) => {
    const counters = new SessionCounters();
    const store = new RedisSessionStore(client, 60_000, counters);
    const session = sampleSession();
    if (knowsClock) {
      await plant(client, session.id, { type: 'string', bytes: recordOf });
      expect(await store.find(session.id)).not.toBeNull();
      await client.del(`session:{${session.id}}`);
    }
    await plant(client, session.id, it);

    const found = await store.find(session.id);

    const said = sessionIn(session.id, it);
    expect(found !== null).toBe(isAlive(said));
    expect(counters.malformedRecords).toBe(said === null ? 1 : 0);
  });
}

/**
 * Expects that no HTTP request with the token of a planted session is admitted without the roles that the
 * planted text encodes.
 *
 * @param runs Number of request pairs.
 */
export async function expectNobodyLetIn(
  client: Redis,
  makeAdapter: (typeof httpAdapters)[number][1],
  runs: number,
): Promise<void> {
  const store = new RedisSessionStore(client, 60_000);
  const { app, url } = await listen(makeAdapter, {
    imports: [SessionModule.forRoot({ store })],
    controllers: [SampleController],
  });
  try {
    await fc.assert(knock(client, url), fuzzed(runs));
  } finally {
    await app.close();
  }
}

function recordOf(id: string): Buffer {
  return Buffer.from(encodeSession(sampleSession({ id })));
}

/** Property: requests with the token of a planted session get the status that its text demands. */
function knock(client: Redis, url: string): fc.IAsyncProperty<[Planted, boolean]> {
  return fc.asyncProperty(planted, fc.boolean(), async (it, asCookie) => {
    const token = createToken();
    const id = sessionIdOf(token);
    await plant(client, id, it);
    const credentials = asCookie ? withCookie(token) : withBearer(token);

    const answers = [
      await fetch(`${url}/closed`, credentials),
      await fetch(`${url}/write`, credentials),
    ];

    const said = sessionIn(id, it);
    const mayWrite = said?.roles.includes('orders:write') === true;
    const expected = isAlive(said) ? [200, mayWrite ? 200 : 403] : [401, 401];
    expect(answers.map(({ status }) => status)).toEqual(expected);
    for (const answer of answers) await answer.text();
  });
}
