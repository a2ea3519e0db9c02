import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { clientWithLinksOn, NearCached } from '../../test-support/near-cached.js';
import { patientClient } from '../../test-support/patient-client.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { RedisSessionEventLog } from '../events/redis-session-event.log.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { createRedisClient, safeRedisOptions, whenReady } from './redis-client.js';
import { RedisFailures } from './redis-failures.js';

describe('RedisFailures', () => {
  const redis = startedRedis();
  let way: FaultyProxy;
  let client: Redis;
  let failures: string[];
  /** Cleanup steps of the current test, in order. */
  let closing: (() => unknown)[];

  beforeEach(async () => {
    closing = [];
    failures = [];
    way = await FaultyProxy.to(redis.server.port);
    for (const level of ['log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockReturnValue();
    }
    client = createRedisClient(`redis://127.0.0.1:${way.port}`);
    client.on('error', () => undefined);
    await whenReady(client, 5_000);
  });

  afterEach(async () => {
    for (const close of closing) await close();
    client.disconnect();
    await way.close();
    jest.restoreAllMocks();
  });

  function use(opened: Redis): void {
    client.disconnect();
    client = opened;
    client.on('error', () => undefined);
  }

  /** @returns a function that ends the subscription */
  function listen(): () => void {
    const end = RedisFailures.of(client).subscribe(({ message }) => failures.push(message));
    closing.push(end);
    return end;
  }

  /** Whether a connection waits in a blocking command. */
  async function isBlocking(): Promise<boolean> {
    return String(await redis.client.client('LIST')).includes('flags=b');
  }

  it('reports a command that Redis refuses, and rejects it with the same error', async () => {
    listen();
    await client.set('text', 'value');
    await expect(client.hgetall('text')).rejects.toThrow('WRONGTYPE');
    expect(failures).toEqual([expect.stringMatching(/^WRONGTYPE/)]);
    expect(await client.get('text')).toBe('value');
    expect(failures).toHaveLength(1);
  });

  it('reports the commands of pipelines and transactions', async () => {
    listen();
    await client.set('text', 'value');
    await client.pipeline().get('text').hgetall('text').exec();
    expect(failures).toEqual([expect.stringMatching(/^WRONGTYPE/)]);
    await expect(client.multi().call('NO-COMMAND').exec()).rejects.toThrow('EXECABORT');
    expect(failures.slice(1)).toEqual([
      expect.stringContaining('unknown command'),
      expect.stringMatching(/^EXECABORT/),
    ]);
  });

  it('reports a command once that times out before its connection closes', async () => {
    listen();
    way.loseReplies();
    await expect(client.get('text')).rejects.toThrow('Command timed out');
    way.cut();
    await eventually(() => failures.some((it) => it.includes('ECONNRESET')));
    await whenReady(client, 5_000);
    expect(await client.get('text')).toBeNull();
    expect(failures.filter((it) => !it.includes('ECONN'))).toEqual(['Command timed out']);
  });

  it('reports a command once that has waited for the connection', async () => {
    use(
      new Redis({
        ...safeRedisOptions({ port: redis.server.port, lazyConnect: true }),
        enableOfflineQueue: true,
      }),
    );
    listen();
    await expect(client.call('NO-COMMAND')).rejects.toThrow('unknown command');
    expect(failures).toHaveLength(1);
  });

  it('reports connections that fail while no command is sent', async () => {
    listen();
    await way.refuse();
    await eventually(() => failures.some((it) => it.includes('ECONNREFUSED')));
    await way.accept();
  });

  it('reports writes of sessions', async () => {
    listen();
    await way.refuse();
    const store = new RedisIssuerSessionStore(client);
    await expect(store.insert(sampleSession())).rejects.toThrow();
    expect(failures).toContainEqual(expect.stringMatching(/writeable|closed/));
    await way.accept();
  });

  it('reports too few replicas', async () => {
    use(patientClient(redis.url));
    await whenReady(client, 5_000);
    listen();
    const store = new RedisIssuerSessionStore(client, { waitReplicas: 1 });
    const session = sampleSession();
    await store.insert(session);
    await eventually(async () => {
      await store.remove(session.id, null).catch(() => undefined);
      return failures.includes('only 0 of 1 replicas have confirmed the write');
    });
  });

  it('reports the failures of an invalidation link', async () => {
    const toLinks = await FaultyProxy.to(redis.server.port);
    closing.push(() => toLinks.close());
    use(clientWithLinksOn(toLinks, redis.url));
    await whenReady(client, 5_000);
    listen();
    const near = new NearCached(client);
    closing.unshift(() => {
      near.close();
    });
    await near.untilUp();
    expect(failures).toEqual([]);

    await toLinks.refuse();
    await eventually(() => failures.some((it) => it.includes('ECONNREFUSED')));
    await toLinks.accept();
  });

  it('reports the failures of the connection that follows events, and not its end', async () => {
    listen();
    const log = new RedisSessionEventLog(client);
    const following = log.after(null).subscribe();
    await redis.client.acl('SETUSER', 'default', '-xread');
    closing.push(() => redis.client.acl('SETUSER', 'default', '+xread'));
    await eventually(() => failures.some((it) => it.includes('xread')));
    await redis.client.acl('SETUSER', 'default', '+xread');
    failures.length = 0;
    following.unsubscribe();

    const again = log.after(null).subscribe();
    await eventually(isBlocking);
    again.unsubscribe();
    await eventually(async () => !(await isBlocking()));
    expect(failures).toEqual([]);
  });

  it('observes the client while there are listeners, and leaves nothing behind', async () => {
    const before = client.listenerCount('error');
    const end = listen();
    const endOther = listen();
    expect(Object.hasOwn(client, 'sendCommand')).toBe(true);
    end();
    end();
    await expect(client.call('NO-COMMAND')).rejects.toThrow();
    expect(failures).toHaveLength(1);
    endOther();
    await expect(client.call('NO-COMMAND')).rejects.toThrow();
    expect(failures).toHaveLength(1);
    expect(client.listenerCount('error')).toBe(before);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- compares only
    expect(client.sendCommand).toBe(Redis.prototype.sendCommand);
  });

  it("keeps another observer's method in place when it ends", async () => {
    const end = listen();
    const inner = client.sendCommand.bind(client);
    let sent = 0;
    client.sendCommand = (...args) => {
      sent += 1;
      return inner(...args);
    };
    end();
    await expect(client.call('NO-COMMAND')).rejects.toThrow();
    expect([sent, failures]).toEqual([1, []]);
  });
});
