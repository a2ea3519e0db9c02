import { Redis } from 'ioredis';
import { eachRow } from '../tools/testing/each-row';
import { AttackedRedis } from './support/attacked-redis';
import { REFUSED } from './support/attacker';
import { SERVICES, type ServiceName } from './support/guarded-redis';
import { grantNearCache, RESOURCE_SERVICES } from './support/near-cache-rights';
import {
  CATALOGUE_ATTACKS,
  command,
  NEAR_CACHE_GRANTS,
  rightsOf,
  SERVER_ATTACKS,
  SESSION_ATTACKS,
} from './support/redis-attacks';
import { withRedis } from './support/redis-dump';

/** Commands that the issuing service does not need either. */
const ATTACKS_OF_AUTH = [
  "EVAL return(redis.call('KEYS','*')) 0",
  "EVAL return(redis.call('RANDOMKEY')) 0",
  "EVAL return(redis.call('DEL','user-sessions:{U}')) 0",
  "EVAL return(redis.call('SET','another-key','x')) 0",
  'EVAL return(1) 1 user-sessions:{U}',
  'EVAL return(1) 1 another-key',
  "EVAL return(redis.call('DEL',KEYS[1])) 1 live-sessions:{15.1}",
  'LPOP live-sessions:{15.1}',
  'DEL live-sessions:{15.1}',
  'ZREM live-session-widths 15',
  'XTRIM session-events MAXLEN 0',
  'XDEL session-events 0-0',
  'DEL session-events',
  'ZADD session:{F} 1 x',
  'SET user-sessions:{U} x',
  'GET user-sessions:{U}',
  'GET idle:{H}',
  'PERSIST idle:{H}',
  'PEXPIRE session:{H} 99999999',
  'DEL access:orders',
  'DEL identity-keys',
  'GET identity-keys',
  'ZREM identity-keys x',
  'INCRBY session:{F} 1',
  'SET identity-keys x',
  'PERSIST throttle:pair:x',
  'HGETALL throttle:pair:x',
  'RENAME throttle:pair:x throttle:pair:y',
];

const IDENTITY_KEY_ATTACKS = [
  'ZADD identity-keys 4102444800000 RECORD',
  'ZREMRANGEBYSCORE identity-keys -inf +inf',
  'ZRANGEBYSCORE identity-keys -inf +inf',
  'PEXPIRE identity-keys 1',
  'DEL identity-keys',
];

type Attack = readonly [aim: string, line: string];

/** All attacks by a service that does not issue sessions. */
const ATTACKS: readonly Attack[] = Object.entries({
  ...SESSION_ATTACKS,
  ...SERVER_ATTACKS,
}).flatMap(([aim, lines]) => lines.map((line): Attack => [aim, line]));

/** Attacks that the user of a service must not be able to run. */
const attacksOn = (service: ServiceName) =>
  ATTACKS.filter(([, line]) => !rightsOf(service).includes(line));

let redis: AttackedRedis;
/** Initial content, which no test of this file changes. */
let before: Record<string, string>;

beforeAll(async () => {
  redis = await AttackedRedis.start();
  before = await redis.dump();
});
afterAll(() => redis.stop());

/** Fails unless Redis rejects the line and every key is unchanged. */
async function expectRefusal(service: ServiceName, line: string, refusal = REFUSED): Promise<void> {
  await expect(redis.attack(service, line)).rejects.toThrow(refusal);
  expect(await redis.dump()).toEqual(before);
}

const nameOf = ([aim, line]: Attack) => `${aim}: ${line}`;

describe.each(RESOURCE_SERVICES)('an attacker with the Redis password of %s', (service) => {
  it('cannot forge, escalate, extend, list or read sessions, or harm the server', async () => {
    await eachRow(attacksOn(service), ([, line]) => expectRefusal(service, line), nameOf);
  });

  it('cannot access the catalogue of another service', async () => {
    const attacks = SERVICES.filter((it) => it !== service).flatMap((other) =>
      CATALOGUE_ATTACKS.map((line) => line.replace('{S}', other)),
    );
    await eachRow(attacks, (line) => expectRefusal(service, line, /NOPERM/));
  });

  it('cannot read, add or remove identity keys', async () => {
    await eachRow(IDENTITY_KEY_ATTACKS, (line) => expectRefusal(service, line, /NOPERM /));
  });

  it('learns the number of keys from INFO, but none of their names', async () => {
    const info = String(await redis.attack(service, 'INFO everything'));
    expect(info).toContain(`db0:keys=${Object.keys(before).length},`);
    expect(info).not.toContain(redis.target.id);
    expect(info).not.toContain(`{${redis.target.userId}}`);
  });
});

describe('an attacker with the Redis password of orders', () => {
  it('can read session events, which hold no token, and change nothing by it', async () => {
    const lines = rightsOf('orders');
    expect(lines).toHaveLength(2);
    await eachRow(lines, async (line) => {
      expect(JSON.stringify(await redis.attack('orders', line))).toContain(redis.target.id);
    });
    expect(await redis.dump()).toEqual(before);
  });
});

describe('the Redis users', () => {
  it('are exactly the three services', async () => {
    const users = (await redis.tester.call('ACL', 'USERS')) as string[];
    expect(users.sort()).toEqual([...SERVICES, 'default', 'tester'].sort());
  });

  it.each(SERVICES)('deny %s every attack on the server', async (service) => {
    // auth publishes for services without Redis, runs its own script by digest, and reads the Redis clock.
    const isRight = (line: string) =>
      service === 'auth' && /^(HSET access:|EVALSHA |TIME$)/.test(line);
    const lines = Object.values(SERVER_ATTACKS)
      .flat()
      .filter((it) => !isRight(it));
    await eachRow(lines, async (line) => {
      expect(await redis.verdict(service, line)).toContain('no permissions');
    });
  });

  it.each(SERVICES)('grant %s no dangerous command except INFO', async (service) => {
    const dangerous = (await redis.tester.call('ACL', 'CAT', 'dangerous')) as string[];
    expect(dangerous).toContain('keys');
    const granted = await redis.commandsOf(service);
    expect(granted.filter((name) => dangerous.includes(name))).toEqual(['info']);
  });

  it('restrict auth to the commands that it needs', async () => {
    const refusal = /NOPERM|ACL failure in script|The user executing the script can't /;
    await eachRow(ATTACKS_OF_AUTH, (line) => expectRefusal('auth', line, refusal));
  });

  it('accept no connection without the password of a user', async () => {
    const at = `127.0.0.1:${redis.port}`;
    await eachRow<readonly [name: string, url: string, refusal: RegExp]>(
      [
        ['no user', redis.anonymousUrl, /^NOAUTH /],
        ['a wrong password', `redis://orders:wrong@${at}`, /^WRONGPASS /],
        ['the default user', `redis://default:x@${at}`, /^WRONGPASS /],
        ['an unknown user', `redis://nobody:x@${at}`, /^WRONGPASS /],
      ],
      async ([, url, refusal]) => {
        const client = new Redis(url, { retryStrategy: () => null });
        try {
          const [refused] = await new Promise<[Error]>((resolve) => {
            client.on('error', (error: Error) => {
              resolve([error]);
            });
          });
          expect(refused.message).toMatch(refusal);
          expect(client.status).not.toBe('ready');
        } finally {
          client.disconnect();
        }
      },
      ([name]) => name,
    );
  });
});

/** Must be last: the permissions remain. */
describe.each(RESOURCE_SERVICES)(
  'an attacker with the Redis password of %s and the near-cache permissions',
  (service) => {
    beforeAll(() => grantNearCache(redis.url));

    it('can run no other attack', async () => {
      const attacks = attacksOn(service);
      const others = attacks.filter(([, line]) => !NEAR_CACHE_GRANTS.includes(line));
      expect(others).toHaveLength(attacks.length - NEAR_CACHE_GRANTS.length);
      await eachRow(others, ([, line]) => expectRefusal(service, line), nameOf);
    });

    it('can use the near-cache permissions without changing a key', async () => {
      await eachRow(NEAR_CACHE_GRANTS, async (line) => {
        // Over its own connection: a subscribed connection accepts few other commands.
        await withRedis(redis.urlOf(service), (client) =>
          client.call(...command(line, redis.target)),
        );
        expect(await redis.dump()).toEqual(before);
      });
    });
  },
);
