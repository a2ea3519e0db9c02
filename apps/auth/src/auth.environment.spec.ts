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

describe('the environment of auth', () => {
  const pool = process.env.UV_THREADPOOL_SIZE;

  function setPool(size: string | undefined): void {
    if (size === undefined) delete process.env.UV_THREADPOOL_SIZE;
    else process.env.UV_THREADPOOL_SIZE = size;
  }

  afterEach(() => {
    setPool(pool);
  });

  it('has the documented port for services, and refuses what is none', () => {
    expect(load({}).AUTH_RPC_PORT).toBe(4000);
    expect(problemsOf({ AUTH_RPC_PORT: '70000' })).toEqual([
      'AUTH_RPC_PORT: give a port, a number from 0 to 65535.',
    ]);
  });

  it('has demo users only where nobody else reaches them', async () => {
    for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
      expect(problemsOf({ HOST, DEMO_USERS: 'on' })).toEqual([]);
    }
    await eachRow(['0.0.0.0', '::', '192.168.0.7', 'example.com', '127.0.0.1.example'], (HOST) => {
      expect(problemsOf({ HOST })).toEqual([]);
      expect(problemsOf({ HOST, DEMO_USERS: 'on' })).toEqual([
        expect.stringMatching(/^DEMO_USERS: is refused with a HOST that others reach/),
      ]);
    });
  });

  it('has the documented grace, takes none, and refuses what is too long or no time span', () => {
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

  it('takes a BCRYPT_CONCURRENCY that leaves a thread of libuv’s pool', () => {
    setPool(undefined);
    expect(load({ BCRYPT_CONCURRENCY: '3' }).BCRYPT_CONCURRENCY).toBe(3);
    setPool('16');
    expect(load({ BCRYPT_CONCURRENCY: '15' }).BCRYPT_CONCURRENCY).toBe(15);
  });

  it('refuses a BCRYPT_CONCURRENCY that leaves no thread', async () => {
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

  it('refuses a BCRYPT_CONCURRENCY that is no whole number from 1', async () => {
    await eachRow(['0', '-1', '1.5', 'all'], (concurrency) => {
      expect(problemsOf({ BCRYPT_CONCURRENCY: concurrency })).toEqual([
        'BCRYPT_CONCURRENCY: give a whole number from 1 to 1023.',
      ]);
    });
  });

  it('counts on the services of this workspace, or on those that it is told', () => {
    expect(load({}).SESSION_SERVICES).toEqual(['orders', 'products']);
    expect(load({ SESSION_SERVICES: 'orders, billing' }).SESSION_SERVICES).toEqual([
      'orders',
      'billing',
    ]);
    expect(problemsOf({ SESSION_SERVICES: 'orders,*' })).toEqual([
      expect.stringMatching(/^SESSION_SERVICES: give names of services/) as string,
    ]);
  });

  it('takes a BCRYPT_QUEUE of 0, and refuses what is no number', () => {
    expect(load({ BCRYPT_QUEUE: '0' }).BCRYPT_QUEUE).toBe(0);
    expect(problemsOf({ BCRYPT_QUEUE: 'long' })).toEqual([
      'BCRYPT_QUEUE: give a whole number from 0 to 10000.',
    ]);
  });

  it('has the documented defaults for wrong passwords', () => {
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
  ])('refuses a %s that lets none or all through', (name) => {
    for (const value of ['0', '-1', 'Infinity', '1e3', '']) {
      expect(problemsOf({ [name]: value })).toEqual(
        value === '' ? [] : [expect.stringMatching(`^${name}: give a whole number from 1 to`)],
      );
    }
  });

  it('takes a SIGN_IN_LONGEST_WAIT from a second to a day, and nothing else', () => {
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
