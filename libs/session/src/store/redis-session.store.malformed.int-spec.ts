import { keysOfSessions } from '../../test-support/key-space.js';
import { Logger } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import type { Session } from '../session/session.js';
import { malformedRecords, withFields } from '../session/test-support/malformed-records.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from './redis-session.store.js';
import { SessionCounters } from './session-counters.js';

/** One record of each kind; a unit test covers all malformed records. */
const KINDS = [
  'nothing',
  'broken JSON',
  'eight megabytes of something else',
  'a hundred thousand brackets',
  'a later version',
  'the record of another session',
  'a role that is a list',
  'everything in __proto__',
];

const representatives = malformedRecords.filter(([what]) => KINDS.includes(what));
const nameOf = ([what]: (typeof representatives)[number]) => what;

describe('a malformed record in Redis', () => {
  const redis = startedRedis();
  let counters: SessionCounters;
  let store: RedisSessionStore;
  let issuer: RedisIssuerSessionStore;
  let warnings: jest.SpyInstance;

  beforeEach(() => {
    counters = new SessionCounters();
    store = new RedisSessionStore(redis.client, 60_000, counters);
    issuer = new RedisIssuerSessionStore(redis.client);
    warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });

  afterEach(() => {
    warnings.mockRestore();
  });

  it('is tested in each of these kinds', () => {
    expect(representatives.map(nameOf)).toEqual(KINDS);
  });

  /** Replaces the record of a live session, whose idle clock continues. */
  async function plant(session: Session, record: string): Promise<void> {
    await issuer.insert(session);
    await redis.client.set(`session:{${session.id}}`, record, 'KEEPTTL');
  }

  it('yields no session, and is counted', () =>
    eachRow(
      representatives,
      async ([, record]) => {
        const session = sampleSession();
        const { malformedRecords: before } = counters;
        await plant(session, record(session));

        expect(await store.find(session.id)).toBeNull();
        expect(counters.malformedRecords).toBe(before + 1);
      },
      nameOf,
    ));

  it('yields no session even while the process knows its clock', () =>
    eachRow(
      representatives,
      async ([, record]) => {
        const session = sampleSession();
        const { malformedRecords: before } = counters;
        await issuer.insert(session);
        expect(await store.find(session.id)).not.toBeNull();

        await plant(session, record(session));

        expect(await store.find(session.id)).toBeNull();
        expect(counters.malformedRecords).toBe(before + 1);
      },
      nameOf,
    ));

  it('cannot be inspected or updated', () =>
    eachRow(
      representatives,
      async ([, record]) => {
        const session = sampleSession();
        await plant(session, record(session));
        const change = jest.fn((it: Session) => it);

        expect(await issuer.inspect(session.id)).toBeNull();
        expect(await issuer.update(session.id, change)).toBeNull();
        expect(change).not.toHaveBeenCalled();
      },
      nameOf,
    ));

  it('can be removed with all its keys', () =>
    eachRow(
      representatives,
      async ([, record]) => {
        const session = sampleSession();
        await plant(session, record(session));

        expect(await issuer.remove(session.id, session.user.id)).toBeNull();
        expect(await keysOfSessions(redis.client)).toEqual([]);
      },
      nameOf,
    ));

  describe('of another type', () => {
    const session = sampleSession();
    const key = `session:{${session.id}}`;

    beforeEach(async () => {
      await issuer.insert(session);
    });

    async function plantHash(): Promise<void> {
      await redis.client.multi().del(key).hset(key, 'v', '1').pexpire(key, 60_000).exec();
    }

    it('yields no session, and is counted', async () => {
      await plantHash();

      expect(await store.find(session.id)).toBeNull();
      expect(counters.malformedRecords).toBe(1);
    });

    it('yields no session even while the process knows its clock', async () => {
      expect(await store.find(session.id)).not.toBeNull();
      await plantHash();

      expect(await store.find(session.id)).toBeNull();
      expect(counters.malformedRecords).toBe(1);
    });

    it('cannot be inspected or updated, but can be removed', async () => {
      await plantHash();

      expect(await issuer.inspect(session.id)).toBeNull();
      expect(await issuer.update(session.id, (it) => it)).toBeNull();
      expect(await issuer.remove(session.id, session.user.id)).toBeNull();
      expect(await keysOfSessions(redis.client)).toEqual([]);
    });
  });

  it('is logged once per read, with the name of its key', async () => {
    const session = sampleSession();
    await plant(session, '{}');

    await store.find(session.id);

    expect(warnings.mock.calls).toEqual([[expect.stringContaining(`session:{${session.id}}`)]]);
  });

  it('is not counted for an unknown or expired session', async () => {
    const session = sampleSession();
    await issuer.insert(session);
    await redis.client.del(`idle:{${session.id}}`);

    expect(await store.find(session.id)).toBeNull();
    expect(await store.find(sampleSession().id)).toBeNull();
    expect(counters.malformedRecords).toBe(0);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('is also a record whose idle clock never expires', async () => {
    const session = sampleSession();
    await issuer.insert(session);
    await redis.client.persist(`idle:{${session.id}}`);

    expect(await store.find(session.id)).toBeNull();
    expect(await issuer.inspect(session.id)).toBeNull();
    expect(counters.malformedRecords).toBe(1);
  });

  it('is not a record with unknown fields', async () => {
    const session = sampleSession();
    await plant(session, withFields({ region: 'eu', __proto__: 'x' })(session));

    expect(await store.find(session.id)).not.toBeNull();
    expect(counters.malformedRecords).toBe(0);
  });

  it('is not a record that is merely large', async () => {
    const session = sampleSession({ data: { note: 'x'.repeat(1_000_000) } });
    await issuer.insert(session);

    expect((await store.find(session.id))?.data).toEqual(session.data);
  });
});
