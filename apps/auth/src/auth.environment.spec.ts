import { EnvironmentError, loadEnvironment } from '@app/platform';
import { eachRow } from '../../../tools/testing/each-row';
import { AuthEnvironment } from './auth.environment';
import { defaultConcurrency } from './passwords/password-queue';

function load(variables: NodeJS.ProcessEnv): AuthEnvironment {
  return loadEnvironment(AuthEnvironment, { REDIS_URL: 'redis://localhost', ...variables });
}

function problemsOf(variables: NodeJS.ProcessEnv): readonly string[] {
  try {
    load(variables);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe('the auth environment', () => {
  const pool = process.env.UV_THREADPOOL_SIZE;

  function setPool(size: string | undefined): void {
    if (size === undefined) delete process.env.UV_THREADPOOL_SIZE;
    else process.env.UV_THREADPOOL_SIZE = size;
  }

  afterEach(() => {
    setPool(pool);
  });

  it('defaults AUTH_RPC_PORT to 4000, and rejects an invalid port', () => {
    expect(load({}).AUTH_RPC_PORT).toBe(4000);
    expect(problemsOf({ AUTH_RPC_PORT: '70000' })).toEqual([
      'AUTH_RPC_PORT: give a port, a number from 0 to 65535.',
    ]);
  });

  it('allows DEMO_USERS only on a loopback HOST', async () => {
    for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
      expect(problemsOf({ HOST, DEMO_USERS: 'on' })).toEqual([]);
    }
    await eachRow(['0.0.0.0', '::', '192.168.0.7', 'example.com', '127.0.0.1.example'], (HOST) => {
      expect(problemsOf({ HOST })).toEqual([]);
      expect(problemsOf({ HOST, DEMO_USERS: 'on' })).toEqual([
        expect.stringMatching(/^DEMO_USERS: is refused with a HOST that other machines can reach/),
      ]);
    });
  });

  it('defaults the rotation grace to 10 s, accepts 0, and rejects long or malformed time spans', () => {
    expect(load({}).SESSION_ROTATION_GRACE).toBe('10s');
    expect(load({ SESSION_ROTATION_GRACE: '0' }).SESSION_ROTATION_GRACE).toBe('0');
    for (const SESSION_ROTATION_GRACE of ['61s', '10', 'long', '-1s']) {
      expect(problemsOf({ SESSION_ROTATION_GRACE })).toEqual([
        "SESSION_ROTATION_GRACE: give a time span of a minute at most, such as '10s', or 0 for none.",
      ]);
    }
  });

  it('has the documented defaults for bcrypt', () => {
    expect(load({})).toMatchObject({
      BCRYPT_COST: 12,
      BCRYPT_CONCURRENCY: defaultConcurrency(),
      BCRYPT_QUEUE: 100,
    });
  });

  it('accepts a BCRYPT_CONCURRENCY that leaves one libuv thread free', () => {
    setPool(undefined);
    expect(load({ BCRYPT_CONCURRENCY: '3' }).BCRYPT_CONCURRENCY).toBe(3);
    setPool('16');
    expect(load({ BCRYPT_CONCURRENCY: '15' }).BCRYPT_CONCURRENCY).toBe(15);
  });

  it('rejects a BCRYPT_CONCURRENCY that leaves no libuv thread free', async () => {
    await eachRow(
      [
        { size: undefined, concurrency: '4' },
        { size: '16', concurrency: '16' },
        { size: '1', concurrency: '1' },
        { size: '1', concurrency: '' },
      ],
      ({ size, concurrency }) => {
        setPool(size);
        expect(problemsOf({ BCRYPT_CONCURRENCY: concurrency })).toEqual([
          expect.stringMatching(
            `^BCRYPT_CONCURRENCY: .*pool \\(${size ?? '4'}\\).*UV_THREADPOOL_SIZE`,
          ) as string,
        ]);
      },
    );
  });

  it('rejects a BCRYPT_CONCURRENCY that is not a whole number of at least 1', async () => {
    await eachRow(['0', '-1', '1.5', 'all'], (concurrency) => {
      expect(problemsOf({ BCRYPT_CONCURRENCY: concurrency })).toEqual([
        'BCRYPT_CONCURRENCY: give a whole number from 1 to 1023.',
      ]);
    });
  });

  it('defaults SESSION_SERVICES to this workspace, accepts a list, and rejects invalid names', () => {
    expect(load({}).SESSION_SERVICES).toEqual(['orders', 'products']);
    expect(load({ SESSION_SERVICES: 'orders, billing' }).SESSION_SERVICES).toEqual([
      'orders',
      'billing',
    ]);
    expect(problemsOf({ SESSION_SERVICES: 'orders,*' })).toEqual([
      expect.stringMatching(/^SESSION_SERVICES: give names of services/) as string,
    ]);
  });

  it('accepts a BCRYPT_QUEUE of 0, and rejects a value that is not a number', () => {
    expect(load({ BCRYPT_QUEUE: '0' }).BCRYPT_QUEUE).toBe(0);
    expect(problemsOf({ BCRYPT_QUEUE: 'long' })).toEqual([
      'BCRYPT_QUEUE: give a whole number from 0 to 10000.',
    ]);
  });

  it('has the documented defaults for sign-in throttling', () => {
    expect(load({})).toMatchObject({
      SIGN_IN_FREE_ATTEMPTS: 10,
      SIGN_IN_FREE_ATTEMPTS_ACCOUNT: 50,
      SIGN_IN_FREE_ATTEMPTS_NETWORK: 100,
      SIGN_IN_LONGEST_WAIT: '15m',
    });
  });

  it.each([
    'SIGN_IN_FREE_ATTEMPTS',
    'SIGN_IN_FREE_ATTEMPTS_ACCOUNT',
    'SIGN_IN_FREE_ATTEMPTS_NETWORK',
  ])('rejects a %s that would block every attempt or none', (name) => {
    for (const value of ['0', '-1', 'Infinity', '1e3', '']) {
      expect(problemsOf({ [name]: value })).toEqual(
        value === '' ? [] : [expect.stringMatching(`^${name}: give a whole number from 1 to`)],
      );
    }
  });

  it('accepts only a SIGN_IN_LONGEST_WAIT from one second to one day', () => {
    for (const value of ['1s', '24h']) {
      expect(load({ SIGN_IN_LONGEST_WAIT: value }).SIGN_IN_LONGEST_WAIT).toBe(value);
    }
    for (const value of ['999ms', '25h', '900', 'for ever']) {
      expect(problemsOf({ SIGN_IN_LONGEST_WAIT: value })).toEqual([
        'SIGN_IN_LONGEST_WAIT: give a time span from 1s to 24h, with its unit.',
      ]);
    }
  });
});
