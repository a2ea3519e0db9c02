import { SessionStoreUnavailableError } from 'nest-sessions';
import { createToken, sessionIdOf } from 'nest-sessions/issuer';
import type { Redis } from 'ioredis';
import { gate } from '../database/testing/gate';
import { PasswordQueue } from '../passwords/password-queue';
import { attemptKeys } from './attempt-keys';
import { KnownDevices } from './known-devices';
import { type PasswordAttempt, PasswordAttempts } from './password-attempts';
import { SignInThrottledError } from './sign-in-throttled.error';
import { FORGET_AFTER, KNOWN_FOR } from './throttle.options';
import {
  AWAY,
  comparisons,
  elsewhere,
  HOME,
  OPTIONS,
  right,
  wrong,
  wrongTimes,
} from './testing/attempts';
import { emptyRedis, ownRedis } from './testing/empty-redis';

beforeEach(() => {
  comparisons.count = 0;
});

/** Simulates that the wait of every count has passed. */
async function passTime(client: Redis): Promise<void> {
  for (const key of await client.keys('throttle:*')) {
    if (!key.startsWith('throttle:known')) await client.pexpire(key, FORGET_AFTER - 600_000);
  }
}

describe('password attempts', () => {
  const redis = emptyRedis();
  let attempts: PasswordAttempts;

  beforeEach(() => {
    attempts = new PasswordAttempts(redis.client, OPTIONS);
  });

  it('return the result of the work', async () => {
    await expect(right(attempts, HOME)).resolves.toBe(true);
    await expect(wrong(attempts, HOME)).resolves.toBe(false);
    await expect(attempts.check(HOME, () => Promise.resolve('nobody asked'))).resolves.toBe(
      'nobody asked',
    );
    expect(await redis.client.get(`throttle:pair:${attemptKeys('alice', HOME.ip).pair}`)).toBe('1');
  });

  it('are throttled before bcrypt after the free ones, even with the right password', async () => {
    await wrongTimes(4, attempts, HOME);
    for (const attempt of [right, wrong, right]) {
      await expect(attempt(attempts, HOME)).rejects.toThrow(SignInThrottledError);
    }
    expect(comparisons.count).toBe(4);
  });

  it('that are throttled do not queue for bcrypt', async () => {
    await wrongTimes(4, attempts, HOME);
    const work = jest.fn();
    await expect(attempts.check(HOME, work)).rejects.toThrow(SignInThrottledError);
    expect(work).not.toHaveBeenCalled();
  });

  it('report the number of seconds until the next attempt', async () => {
    await wrongTimes(4, attempts, HOME);
    const error = await right(attempts, HOME).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(SignInThrottledError);
    const { retryAfter } = error as SignInThrottledError;
    expect(Number.isInteger(retryAfter)).toBe(true);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(retryAfter).toBeGreaterThan(30);
    expect(String(error)).toContain(`in ${retryAfter} seconds`);
  });

  it('report at least one second, however little is left', async () => {
    await wrongTimes(4, attempts, HOME);
    const { pair } = attemptKeys('alice', HOME.ip);
    // No wait may be left by the time Redis answers: the attempt is then accepted.
    await redis.client.pexpire(`throttle:pair:${pair}`, FORGET_AFTER - 59_500);
    const answer = await right(attempts, HOME).catch((it: unknown) => it);
    if (answer !== true) expect(answer).toMatchObject({ retryAfter: 1 });
  });

  it('are not counted, and do not extend the wait, while throttled', async () => {
    await wrongTimes(4, attempts, HOME);
    const { pair } = attemptKeys('alice', HOME.ip);
    const before = await redis.client.pttl(`throttle:pair:${pair}`);
    for (let i = 0; i < 10; i += 1) {
      await expect(wrong(attempts, HOME)).rejects.toThrow(SignInThrottledError);
    }
    expect(await redis.client.get(`throttle:pair:${pair}`)).toBe('4');
    expect(await redis.client.pttl(`throttle:pair:${pair}`)).toBeLessThanOrEqual(before);
  });

  it('are allowed again after the wait', async () => {
    await wrongTimes(4, attempts, HOME);
    await passTime(redis.client);
    await expect(right(attempts, HOME)).resolves.toBe(true);
  });

  it('throttle one account from one network first', async () => {
    await wrongTimes(4, attempts, HOME);
    await expect(right(attempts, HOME)).rejects.toThrow(SignInThrottledError);
    await expect(right(attempts, { ...HOME, username: 'bob' })).resolves.toBe(true);
    await expect(right(attempts, AWAY)).resolves.toBe(true);
  });

  it('against one account are counted across all networks', async () => {
    for (let i = 1; i <= 6; i += 1) await wrong(attempts, elsewhere(i));
    await expect(right(attempts, elsewhere(7))).rejects.toThrow(SignInThrottledError);
    await expect(right(attempts, { ...elsewhere(7), username: 'bob' })).resolves.toBe(true);
  });

  it('from one network are counted across all accounts', async () => {
    for (let i = 1; i <= 9; i += 1) await wrong(attempts, { ...HOME, username: `user-${i}` });
    await expect(right(attempts, { ...HOME, username: 'user-10' })).rejects.toThrow(
      SignInThrottledError,
    );
    await expect(right(attempts, AWAY)).resolves.toBe(true);
  });

  it('from a known network are not throttled because of attempts from elsewhere', async () => {
    await right(attempts, HOME);
    for (let i = 1; i <= 6; i += 1) await wrong(attempts, elsewhere(i));
    await expect(right(attempts, elsewhere(7))).rejects.toThrow(SignInThrottledError);
    await expect(right(attempts, HOME)).resolves.toBe(true);
  });

  it('from a known network are still throttled after failures there', async () => {
    await right(attempts, HOME);
    await wrongTimes(4, attempts, HOME);
    await expect(right(attempts, HOME)).rejects.toThrow(SignInThrottledError);
    await expect(right(attempts, AWAY)).resolves.toBe(true);
  });

  it('remember a network for 30 days after the last success, per account', async () => {
    await right(attempts, HOME);
    const { pair, network } = attemptKeys('alice', HOME.ip);
    const known = [`throttle:known:${pair}`, `throttle:known-network:${network}`];
    for (const key of known) await redis.client.expire(key, 60);
    await right(attempts, HOME);
    for (const key of known) {
      expect(await redis.client.pttl(key)).toBeGreaterThan(KNOWN_FOR - 60_000);
    }
    expect((await redis.client.keys('throttle:known*')).sort()).toEqual(known.sort());
  });

  describe('for a username that may exist', () => {
    /** Returns the outcome of one attempt, and its number of comparisons as a measure of its time. */
    async function answerTo(attempt: PasswordAttempt, isRight = false) {
      const before = comparisons.count;
      const answer: unknown = await (isRight ? right : wrong)(attempts, attempt).catch(
        (error: unknown) => (error instanceof SignInThrottledError ? 'wait' : error),
      );
      return [answer, comparisons.count - before];
    }

    const nobody = (ip: string) => ({ username: 'nobody', ip });

    it('get the same answers as for an unknown username, from every network', async () => {
      await right(attempts, HOME);
      const unlike: unknown[] = [];
      // Other networks first, then alternating with the network where alice has signed in.
      for (let i = 1; i <= 24; i += 1) {
        const ip = i < 5 || i % 2 === 0 ? elsewhere(i).ip : HOME.ip;
        const ofAlice = await answerTo({ username: 'alice', ip });
        const ofNobody = await answerTo(nobody(ip));
        if (String(ofAlice) !== String(ofNobody)) unlike.push({ i, ip, ofAlice, ofNobody });
      }
      expect(unlike).toEqual([]);
    });

    it('are compared while the account waits, and succeed only if right and from a known network', async () => {
      await right(attempts, HOME);
      for (let i = 1; i <= 6; i += 1) {
        await wrong(attempts, elsewhere(i));
        await wrong(attempts, nobody(elsewhere(i).ip));
      }
      expect(await answerTo(HOME)).toEqual(['wait', 1]);
      expect(await answerTo(nobody(HOME.ip))).toEqual(['wait', 1]);
      expect(await answerTo(elsewhere(7), true)).toEqual(['wait', 1]);
      expect(await answerTo(HOME, true)).toEqual([true, 1]);
    });

    it('do not extend the wait of the account, but count against the network', async () => {
      for (let i = 1; i <= 6; i += 1) await wrong(attempts, elsewhere(i));
      const { account } = attemptKeys('alice', HOME.ip);
      for (let i = 0; i < 4; i += 1) expect(await answerTo(AWAY)).toEqual(['wait', 1]);
      expect(await redis.client.get(`throttle:account:${account}`)).toBe('6');
      // From here on, attempts do not reach bcrypt.
      expect(await answerTo(AWAY)).toEqual(['wait', 0]);
    });
  });

  describe('from a known device', () => {
    let devices: KnownDevices;
    let device: string;

    beforeEach(async () => {
      devices = new KnownDevices(redis.client);
      ({ token: device } = await devices.remember('alice', null));
    });

    it('are not throttled because of wrong passwords from the same network', async () => {
      await wrongTimes(4, attempts, HOME);
      for (let i = 1; i <= 9; i += 1) {
        await wrong(attempts, { ...HOME, username: `user-${i}` }).catch(() => null);
      }
      await expect(right(attempts, HOME)).rejects.toThrow(SignInThrottledError);
      await expect(right(attempts, { ...HOME, device })).resolves.toBe(true);
    });

    it('are not throttled because of wrong passwords for the account from elsewhere', async () => {
      for (let i = 1; i <= 6; i += 1) await wrong(attempts, elsewhere(i));
      await expect(right(attempts, { ...AWAY, device })).resolves.toBe(true);
    });

    it('are throttled separately, without affecting attempts from other devices', async () => {
      await wrongTimes(4, attempts, { ...HOME, device });
      await expect(right(attempts, { ...HOME, device })).rejects.toThrow(SignInThrottledError);
      await expect(right(attempts, HOME)).resolves.toBe(true);
    });

    it('are not exempted by the token of another account or an invalid token', async () => {
      await wrongTimes(4, attempts, { ...HOME, username: 'bob' });
      for (const token of [device, 'x', '', device.slice(1), createToken()]) {
        const attempt = { ...HOME, username: 'bob', device: token };
        await expect(right(attempts, attempt)).rejects.toThrow(SignInThrottledError);
      }
    });

    it('keep their token for 30 days after each sign-in, stored as a hash in Redis', async () => {
      const key = `throttle:device:${sessionIdOf(device)}`;
      await redis.client.expire(key, 60);
      const returning = { token: device, isReturning: true };
      expect(await devices.remember('alice', device)).toEqual(returning);
      expect(await redis.client.pttl(key)).toBeGreaterThan(KNOWN_FOR - 60_000);
      expect(await devices.remember('bob', device)).not.toMatchObject({ token: device });
      expect((await redis.client.keys('*')).join()).not.toContain(device);
    });
  });

  it('that succeed clear the failures of the account and network pair', async () => {
    await wrongTimes(3, attempts, HOME);
    await right(attempts, HOME);
    await wrongTimes(3, attempts, HOME);
    await expect(right(attempts, HOME)).resolves.toBe(true);
  });

  it('that succeed clear the failures of neither the network nor the account', async () => {
    for (let i = 1; i <= 8; i += 1) {
      await wrong(attempts, { ...HOME, username: `user-${i}` });
      await right(attempts, { ...HOME, username: 'mallory' });
    }
    await wrong(attempts, { ...HOME, username: 'user-9' });
    await expect(wrong(attempts, { ...HOME, username: 'user-10' })).rejects.toThrow(
      SignInThrottledError,
    );
    for (let i = 1; i <= 6; i += 1) {
      await wrong(attempts, { username: 'carol', ip: `203.0.113.${i}` });
      if (i < 6) await right(attempts, { username: 'carol', ip: '198.51.100.9' });
    }
    await expect(right(attempts, { username: 'carol', ip: '203.0.113.9' })).rejects.toThrow(
      SignInThrottledError,
    );
  });

  it('with the right password do not throttle each other, however many run at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => right(attempts, HOME)));
    expect(new Set(outcomes)).toEqual(new Set([true]));
  });

  it('with a wrong password are throttled at their turn, even when already queued', async () => {
    const queue = new PasswordQueue(1, 50);
    const everyoneQueues = gate();
    let waiting = 0;
    const guesses = Array.from({ length: 50 }, () =>
      attempts.check(HOME, async (turn) => {
        waiting += 1;
        if (waiting === 50) everyoneQueues.open();
        await everyoneQueues.opened;
        return queue.run(() =>
          turn.around(() => {
            comparisons.count += 1;
            return Promise.resolve(false);
          }),
        );
      }),
    );
    const outcomes = await Promise.allSettled(guesses);
    expect(comparisons.count).toBe(4);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(46);
  });

  it('are stored with a TTL, one key per counter, and without the username that was typed', async () => {
    await wrong(attempts, { username: 'my secret password', ip: '2001:db8::1' });
    await right(attempts, { username: 'my secret password', ip: '2001:db8::1' });
    await wrong(attempts, { username: 'my secret password', ip: '2001:db8::2' });
    const keys = await redis.client.keys('*');
    expect(keys.join(' ')).not.toMatch(/secret|[{}]/);
    expect(keys.map((key) => key.split(':')[1]).sort()).toEqual([
      'account',
      'known',
      'known-network',
      'network',
      'pair',
    ]);
    for (const key of keys) expect(await redis.client.pttl(key)).toBeGreaterThan(0);
  });

  it('do not reach bcrypt while Redis is unreachable', async () => {
    const away = redis.client.duplicate();
    away.disconnect();
    const lost = new PasswordAttempts(away, OPTIONS);
    await expect(right(lost, HOME)).rejects.toThrow(SessionStoreUnavailableError);
    expect(comparisons.count).toBe(0);
  });
});

describe('password attempts while Redis is full', () => {
  const redis = ownRedis();
  let attempts: PasswordAttempts;

  beforeEach(() => {
    attempts = new PasswordAttempts(redis.client, OPTIONS);
  });

  const fill = () => redis.client.config('SET', 'maxmemory', '1');
  afterEach(() => redis.client.config('SET', 'maxmemory', '0'));

  it('do not reach bcrypt', async () => {
    await fill();
    await expect(wrong(attempts, HOME)).rejects.toThrow(SessionStoreUnavailableError);
    await expect(right(attempts, HOME)).rejects.toThrow(SessionStoreUnavailableError);
    expect(comparisons.count).toBe(0);
  });

  it.each([true, false])(
    'do not reveal the result when Redis fills up during the comparison: %s',
    async (isRight) => {
      const attempt = attempts.check(HOME, (turn) =>
        turn.around(async () => {
          await fill();
          return isRight;
        }),
      );
      await expect(attempt).rejects.toThrow(SessionStoreUnavailableError);
    },
  );
});
