import { withRedis } from '../support/redis-dump';
import { type Answer, call, json, tokenOf } from '../support/http';
import { type Adapter, System } from '../support/system';

/**
 * Free attempts of each pair, account and network: attempts that throttle a pair are still free for the
 * others.
 */
const FREE = { pair: 3, account: 11, network: 12 };

/**
 * Failures beyond the free attempts that cause a wait of 64 s, long enough for the slowest machine to
 * observe.
 */
const BEYOND = 7;

const DAY = 24 * 60 * 60_000;
const LONGEST_WAIT = 15 * 60_000;

const SETTINGS = {
  SIGN_IN_FREE_ATTEMPTS: String(FREE.pair),
  SIGN_IN_FREE_ATTEMPTS_ACCOUNT: String(FREE.account),
  SIGN_IN_FREE_ATTEMPTS_NETWORK: String(FREE.network),
  SESSION_MAX_PER_USER: '60',
  BCRYPT_CONCURRENCY: '1',
};

const HOME = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';

let system: System;

/** Signs in from the address that a proxy reports. */
function login(username: string, password: string, from?: string): Promise<Answer> {
  return system.login(username, password, from === undefined ? {} : { 'x-forwarded-for': from });
}

const right = (username: string, from?: string) =>
  login(username, `${username}-demo-password`, from);
const wrong = (username: string, from?: string) => login(username, 'not the password', from);

const throttleKeys = () => withRedis(system.redis.url, (redis) => redis.keys('throttle:*'));

async function forgetAll(): Promise<void> {
  const keys = await throttleKeys();
  if (keys.length > 0) await withRedis(system.redis.url, (redis) => redis.del(keys));
}

/** Makes every wait end, as if time had passed. */
async function passTime(): Promise<void> {
  const counts = (await throttleKeys()).filter((key) => !/^throttle:(known|device:)/.test(key));
  await withRedis(system.redis.url, (redis) =>
    Promise.all(counts.map((key) => redis.pexpire(key, DAY - LONGEST_WAIT))),
  );
}

/** Makes this many attempts that fail, each after the wait before it has ended. */
async function fail(
  times: number,
  attempt: (i: number) => Promise<Answer>,
  status = 401,
): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await passTime();
    expect((await attempt(i)).status).toBe(status);
  }
}

/** Throttles the user at a network. */
const throttle = (username: string, from?: string) =>
  fail(FREE.pair + BEYOND, () => wrong(username, from));

const statusOf = async (answer: Promise<Answer>) => (await answer).status;

const secondsOf = ({ headers }: Answer) => Number(headers['retry-after']);

/** Starts its own system, with limits that a few attempts reach. */
export function signInThrottle(adapter: Adapter): void {
  describe(`guessing passwords, on ${adapter}`, () => {
    beforeAll(async () => {
      system = await System.start(adapter, { ...SETTINGS, TRUST_PROXY: '1' });
    });
    afterAll(() => system.stop());
    afterEach(forgetAll);

    it('gets 429 after the free attempts, even with the right password', async () => {
      const statuses: number[] = [];
      // The first waits are short: a slow machine sleeps through them.
      while (!statuses.includes(429) && statuses.length < 12) {
        statuses.push(await statusOf(wrong('alice', HOME)));
      }
      expect(statuses.slice(0, FREE.pair + 1)).toEqual(Array(FREE.pair + 1).fill(401));
      expect(statuses.at(-1)).toBe(429);

      await throttle('alice', HOME);
      for (const attempt of [right, wrong]) {
        const answer = await attempt('alice', HOME);
        expect(answer.status).toBe(429);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        const seconds = secondsOf(answer);
        expect(json(answer)).toEqual({
          type: 'about:blank',
          title: 'Too Many Requests',
          status: 429,
          code: 'ERR_SIGN_IN_THROTTLED',
          detail: `Too many wrong passwords. Try again in ${seconds} seconds.`,
        });
      }
      await passTime();
      expect(await statusOf(right('alice', HOME))).toBe(200);
    });

    it('doubles the wait after each failure, up to the maximum', async () => {
      await fail(FREE.pair, () => wrong('alice', HOME));
      for (const wait of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
        await fail(1, () => wrong('alice', HOME));
        // Shorter waits may have ended before the next attempt.
        if (wait < 8) continue;
        const seconds = secondsOf(await right('alice', HOME));
        expect(seconds).toBeLessThanOrEqual(wait);
        expect(seconds).toBeGreaterThan(wait / 2);
      }
    });

    it('gets the same responses for existing and unknown users', async () => {
      await fail(2, () => wrong('alice', HOME));
      await fail(2, () => wrong('nobody', ELSEWHERE));
      const counts = await withRedis(system.redis.url, async (redis) =>
        Promise.all((await throttleKeys()).map((key) => redis.get(key))),
      );
      expect(counts).toEqual(['2', '2', '2', '2', '2', '2']);
      await fail(FREE.pair + BEYOND - 2, async () => {
        expect(await statusOf(wrong('alice', HOME))).toBe(401);
        return wrong('nobody', ELSEWHERE);
      });
      const shown = ({ headers, text }: Answer) => ({
        headers: { ...headers, date: '', 'retry-after': '' },
        text: text.replace(/in \d+ seconds/, ''),
      });
      const [alice, nobody] = [await wrong('alice', HOME), await wrong('nobody', ELSEWHERE)];
      expect([alice.status, nobody.status]).toEqual([429, 429]);
      expect(shown(nobody)).toEqual(shown(alice));
    });

    it('throttles only the guessed user on the network of the guesses', async () => {
      await throttle('alice', HOME);
      expect(await statusOf(right('alice', HOME))).toBe(429);
      expect(await statusOf(login('ALICE', 'alice-demo-password', HOME))).toBe(429);
      expect(await statusOf(right('bob', HOME))).toBe(200);
      expect(await statusOf(right('alice', ELSEWHERE))).toBe(200);
    });

    it('from many networks throttles the account, except on networks known for the user', async () => {
      expect(await statusOf(right('alice', HOME))).toBe(200);
      await fail(FREE.account + BEYOND, (i) => wrong('alice', `203.0.113.${i}`));
      expect(await statusOf(right('alice', ELSEWHERE))).toBe(429);
      expect(await statusOf(right('alice', HOME))).toBe(200);
      expect(await statusOf(right('bob', ELSEWHERE))).toBe(200);
      await passTime();
      expect(await statusOf(right('alice', ELSEWHERE))).toBe(200);
    });

    it('gets the same responses for existing and unknown users on a known network', async () => {
      expect(await statusOf(right('alice', HOME))).toBe(200);
      await fail(FREE.account + BEYOND, async (i) => {
        expect(await statusOf(wrong('nobody', `203.0.113.${i}`))).toBe(401);
        return wrong('alice', `203.0.113.${i}`);
      });
      for (const name of ['alice', 'nobody']) expect(await statusOf(wrong(name, HOME))).toBe(429);
      expect(await statusOf(right('alice', HOME))).toBe(200);
    });

    it('behind a shared address does not throttle a browser that has signed in before', async () => {
      const [, device] = (await right('alice', HOME)).headers['set-cookie'] ?? [];
      const [cookie = ''] = device?.split(';') ?? [];
      expect(cookie).toMatch(/^__Secure-device=/);
      await throttle('alice', HOME);
      expect(await statusOf(right('alice', HOME))).toBe(429);
      const again = await system.login('alice', 'alice-demo-password', {
        'x-forwarded-for': HOME,
        cookie,
      });
      expect(again.status).toBe(200);
      expect(again.headers['set-cookie']?.[1]).toBe(
        `${cookie}; Max-Age=2592000; Path=/auth; HttpOnly; Secure; SameSite=Lax`,
      );
      // The cookie grants no access.
      const [url] = system.doors;
      expect((await call(url ?? '', { headers: { cookie } })).status).toBe(401);
    });

    it('of many users throttles the network, and a successful sign-in does not clear it', async () => {
      await fail(FREE.network + BEYOND, async (i) => {
        expect(await statusOf(right('carol', HOME))).toBe(200);
        return wrong(`user-${i}`, HOME);
      });
      expect(await statusOf(right('bob', HOME))).toBe(429);
      expect(await statusOf(right('bob', ELSEWHERE))).toBe(200);
    });

    it.each([
      ['192.0.2.9', '::ffff:192.0.2.9', ['192.0.2.9', '::FFFF:c000:209', '::ffff:192.0.2.9']],
      [
        '2001:db8::/64',
        '2001:db8::aaaa:0:0:1',
        ['2001:db8::1', '2001:0DB8:0000:0000::2', '2001:db8:0:0:ffff:ffff:ffff:ffff'],
      ],
      [
        'the last hop alone',
        `192.0.2.99, ${HOME}`,
        ['1.1.1.1', '2.2.2.2'].map((it) => `${it}, ${HOME}`),
      ],
      // No trusted proxy writes these values: because they count as one network, they gain an attacker
      // nothing.
      [
        'no address',
        'unknown',
        ['garbage', '192.0.2.9:443', '[2001:db8::1]:443', '_hidden', '1.2.3'],
      ],
    ])('counts %s as one network', async (_, another, spellings) => {
      await fail(FREE.pair + BEYOND, (i) => wrong('alice', spellings[i % spellings.length]));
      expect(await statusOf(right('alice', another))).toBe(429);
      expect(await statusOf(right('alice', '192.0.2.77'))).toBe(200);
      expect(await statusOf(right('alice', '2001:db8:0:1::1'))).toBe(200);
    });

    it('at a password change shares its throttle with the sign-in', async () => {
      const cookie = tokenOf(await right('carol', HOME));
      const change = (currentPassword: string) =>
        call(`${system.auth.url}/auth/password`, {
          cookie,
          headers: { 'x-forwarded-for': HOME },
          body: { currentPassword, newPassword: 'a longer and better one' },
        });
      await fail(5, () => change('not the password'), 403);
      await fail(FREE.pair + BEYOND - 5, () => wrong('carol', HOME));
      const refused = await change('carol-demo-password');
      expect(refused.status).toBe(429);
      expect(json(refused).code).toBe('ERR_SIGN_IN_THROTTLED');
      expect(secondsOf(refused)).toBeGreaterThan(0);
      expect(await statusOf(right('carol', HOME))).toBe(429);
      expect(await statusOf(right('carol', ELSEWHERE))).toBe(200);
    });

    it('is distinguished from many concurrent sign-ins with the right password', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => right('bob', HOME)));
      const statuses = answers.map(({ status }) => status);
      // A machine that is too slow for the time limit of Redis' replies answers 503.
      expect(statuses.filter((it) => it !== 200 && it !== 503)).toEqual([]);
      expect(statuses).toContain(200);
    });

    it('reaches bcrypt hardly more often in parallel than one by one', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => wrong('bob', HOME)));
      const compared = answers.filter(({ status }) => status === 401).length;
      const others = answers.map(({ status }) => status).filter((it) => it !== 401);
      expect(others.filter((it) => it !== 429 && it !== 503)).toEqual([]);
      expect(others).toContain(429);
      expect(compared).toBeGreaterThan(FREE.pair);
      // Permits one more for each wait that a slow machine has slept through.
      expect(compared).toBeLessThanOrEqual(FREE.pair + 5);
    });

    it('gets 503 while Redis is full, as does a sign-in', async () => {
      await wrong('alice', HOME);
      const setMemory = (bytes: string) =>
        withRedis(system.redis.url, (redis) => redis.config('SET', 'maxmemory', bytes));
      await setMemory('1');
      try {
        const answers = [
          await right('alice', HOME),
          await wrong('alice', HOME),
          await wrong('nobody', HOME),
        ];
        for (const answer of answers) {
          expect(answer.status).toBe(503);
          expect(json(answer).code).toBe('ERR_SESSION_STORE_UNAVAILABLE');
          expect(secondsOf(answer)).toBeGreaterThan(0);
          expect(answer.headers['set-cookie']).toBeUndefined();
        }
        expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      } finally {
        await setMemory('0');
      }
      expect(await statusOf(right('alice', HOME))).toBe(200);
    });

    it('excludes malformed bodies, which are rejected before bcrypt and not counted', async () => {
      const bodies: readonly [number, unknown][] = [
        [413, { username: 'alice', password: 'x'.repeat(16 * 1024) }],
        [400, { username: 'alice' }],
        [400, { username: 'alice', password: ['alice-demo-password'] }],
        [400, { username: { toString: 'alice' }, password: 'x' }],
        [400, '{"username":"alice",'],
        [400, '[]'],
      ];
      for (const [status, body] of bodies) {
        const answer = await call(`${system.auth.url}/auth/login`, { body });
        expect([status, answer.status]).toEqual([status, status]);
      }
      expect(await throttleKeys()).toEqual([]);
    });

    it('includes impossible passwords, which are rejected and counted like any other', async () => {
      const guesses = ['\ud800'.repeat(15), 'x'.repeat(129), 'alice-demo-password\0', ''];
      await fail(guesses.length, (i) => login('alice', guesses[i] ?? '', HOME));
      await fail(FREE.pair + BEYOND - guesses.length, () => wrong('alice', HOME));
      expect(await statusOf(right('alice', HOME))).toBe(429);
    });

    it('leaves no typed text in Redis, and only keys that expire', async () => {
      await login('a password in the wrong field', 'alice', HOME);
      await right('alice', HOME);
      const keys = await throttleKeys();
      expect(keys).toHaveLength(6);
      expect(keys.join()).not.toMatch(/wrong|alice|field/);
      await withRedis(system.redis.url, async (redis) => {
        for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
      });
    });
  });
}

/** Starts its own system, without TRUST_PROXY. */
export function untrustedProxy(adapter: Adapter): void {
  describe(`without a trusted proxy, on ${adapter}`, () => {
    beforeAll(async () => {
      system = await System.start(adapter, SETTINGS);
    });
    afterAll(() => system.stop());
    afterEach(forgetAll);

    it('throttles guessed passwords despite a forged X-Forwarded-For', async () => {
      await fail(FREE.pair + BEYOND, (i) => wrong('alice', `203.0.113.${i}`));
      expect(await statusOf(right('alice', HOME))).toBe(429);
      expect(await statusOf(right('alice'))).toBe(429);
    });

    it('ignores X-Forwarded-For by default', async () => {
      const cookie = tokenOf(await right('bob', HOME));
      const listed = await call(`${system.auth.url}/auth/sessions`, { cookie });
      expect(json<{ ip: string }[]>(listed).map(({ ip }) => ip)).toEqual(['127.0.0.1']);
    });

    it('ignores X-Forwarded-Host by default', async () => {
      const cookie = tokenOf(await right('carol'));
      const answer = await call(`${system.orders.url}/orders`, {
        cookie,
        headers: { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
        body: { productId: 'tea', quantity: 1 },
      });
      expect([answer.status, json(answer).code]).toEqual([403, 'ERR_CROSS_ORIGIN']);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    });
  });
}
