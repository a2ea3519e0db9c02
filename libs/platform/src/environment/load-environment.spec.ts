import { eachRow } from '../../../../tools/testing/each-row';
import { EnvironmentError } from './environment.error';
import { loadEnvironment } from './load-environment';
import { ResourceEnvironment } from './resource.environment';
import { ServiceEnvironment } from './service.environment';

const REDIS_URL = 'redis://user:secret@localhost:6379/1';

function load(variables: NodeJS.ProcessEnv): ServiceEnvironment {
  return loadEnvironment(ServiceEnvironment, { REDIS_URL, ...variables });
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

describe('the environment of a service', () => {
  it('has the documented defaults', () => {
    expect(load({})).toMatchObject({
      HOST: '127.0.0.1',
      HTTP_ADAPTER: 'express',
      TRUST_PROXY: false,
      ALLOWED_ORIGINS: [],
      REDIS_STRICT: false,
      isProduction: false,
    });
  });

  it('treats an empty variable as unset', () => {
    expect(load({ HOST: '', HTTP_ADAPTER: '' })).toMatchObject({
      HOST: '127.0.0.1',
      HTTP_ADAPTER: 'express',
    });
  });

  it('reads TRUST_PROXY', async () => {
    await eachRow(
      [
        ['off', false],
        ['false', false],
        ['on', true],
        ['2', 2],
        ['10.0.0.0/8, loopback', '10.0.0.0/8, loopback'],
      ] as const,
      ([value, expected]) => {
        expect(load({ TRUST_PROXY: value }).TRUST_PROXY).toBe(expected);
      },
    );
  });

  it('rejects a TRUST_PROXY that no adapter accepts', async () => {
    const refused = ['banana', '10.0.0.0/33', '::1/129', '10.0.0.1/8/8', '10.0.0', '-1', '1.5'];
    await eachRow(refused, (value) => {
      expect(() => load({ TRUST_PROXY: value })).toThrow(/TRUST_PROXY: .*set it to 'on', 'off'/);
    });
  });

  it('reads ALLOWED_ORIGINS as a list', () => {
    const origins = ' https://a.example,http://localhost:8080 , ';
    expect(load({ ALLOWED_ORIGINS: origins }).ALLOWED_ORIGINS).toEqual([
      'https://a.example',
      'http://localhost:8080',
    ]);
  });

  it('rejects an origin that no browser sends', async () => {
    await eachRow(
      [
        'https://a.example/',
        'a.example',
        '*',
        'https://*.example.com/x',
        'https://*.example.com',
        'null',
        'ws://a.example',
        'https://A.example',
        'https://a.example:443',
        'https://u@a.example',
      ],
      (origin) => {
        expect(problemsOf({ ALLOWED_ORIGINS: origin })).toEqual([
          expect.stringMatching(/^ALLOWED_ORIGINS: /) as string,
        ]);
      },
    );
  });

  it('validates the name and domain of a cookie for subdomains', async () => {
    await eachRow(
      [
        [{ SESSION_COOKIE_NAME: '__Secure-sid', SESSION_COOKIE_DOMAIN: 'example.com' }, 0],
        [{ SESSION_COOKIE_NAME: 'sid', SESSION_COOKIE_DOMAIN: 'eu.example.com' }, 0],
        [{ SESSION_COOKIE_DOMAIN: 'example.com' }, 1],
        [{ SESSION_COOKIE_NAME: '__Host-sid', SESSION_COOKIE_DOMAIN: 'example.com' }, 1],
        [{ SESSION_COOKIE_NAME: '__hOST-sid', SESSION_COOKIE_DOMAIN: 'example.com' }, 1],
        [{ SESSION_COOKIE_NAME: '__Secure-sid', SESSION_COOKIE_DOMAIN: 'com' }, 1],
        [{ SESSION_COOKIE_NAME: '__Secure-sid', SESSION_COOKIE_DOMAIN: 'https://example.com' }, 1],
        [{ SESSION_COOKIE_NAME: '__Secure-sid', SESSION_COOKIE_DOMAIN: 'example.com; Path=/x' }, 1],
      ] as const,
      ([variables, count]) => {
        const problems = problemsOf(variables);
        expect(problems).toHaveLength(count);
        for (const problem of problems) expect(problem).toMatch(/^SESSION_COOKIE_DOMAIN: /);
      },
    );
  });

  it('reports all problems at once, without secrets', () => {
    const problems = problemsOf({
      REDIS_URL: 'http://user:secret@localhost',
      HTTP_ADAPTER: 'koa',
      SESSION_COOKIE_NAME: 'a b',
    });
    expect(problems.map((it) => it.split(':')[0]).sort()).toEqual([
      'HTTP_ADAPTER',
      'REDIS_URL',
      'SESSION_COOKIE_NAME',
    ]);
    expect(problems.join()).not.toContain('secret');
  });

  it('requires a Redis server, and gives an example', () => {
    expect(problemsOf({ REDIS_URL: undefined })).toEqual([
      expect.stringContaining('redis://127.0.0.1:6379') as string,
    ]);
  });

  it('reads a single Redis server from its URL', () => {
    expect(load({}).redis).toBe(REDIS_URL);
  });

  it('reads Sentinels, with the user and password from a URL among them', () => {
    const environment = load({
      REDIS_URL: undefined,
      REDIS_SENTINELS: 'rediss://orders:p%40ss@s1:26379, s2:26380,[::1]:26381',
      REDIS_SENTINEL_NAME: 'sessions',
    });
    expect(environment.redis).toEqual({
      name: 'sessions',
      sentinels: [
        { host: 's1', port: 26379 },
        { host: 's2', port: 26380 },
        { host: '::1', port: 26381 },
      ],
      username: 'orders',
      password: 'p@ss',
      tls: {},
      sentinelTLS: {},
    });
  });

  it('reads a Cluster from some of its nodes', () => {
    const environment = load({
      REDIS_URL: undefined,
      REDIS_CLUSTER: '10.0.0.1:7000,10.0.0.2:7001',
    });
    expect(environment.redis).toEqual({
      nodes: [
        { host: '10.0.0.1', port: 7000 },
        { host: '10.0.0.2', port: 7001 },
      ],
      options: {},
    });
  });

  it('applies the options of a URL to Sentinels and to a Cluster', () => {
    const parts = '?keyPrefix=staging%3A&commandTimeout=900';
    const options = { keyPrefix: 'staging:', commandTimeout: 900 };
    const sentinels = { REDIS_URL: undefined, REDIS_SENTINELS: `s1:26379,s2:26379/5${parts}` };
    expect(load(sentinels).redis).toMatchObject({ ...options, db: 5 });
    const cluster = { REDIS_URL: undefined, REDIS_CLUSTER: `c1:7000${parts},c2:7000` };
    expect(load(cluster).redis).toMatchObject({ nodes: [{}, {}], options });
  });

  it('rejects Redis servers that are malformed or configured twice', async () => {
    await eachRow(
      [
        [{ REDIS_CLUSTER: 'a:1' }, 'REDIS_URL: REDIS_URL and REDIS_CLUSTER are set'],
        [{ REDIS_URL: undefined, REDIS_SENTINELS: 'host' }, 'REDIS_SENTINELS: give servers'],
        [{ REDIS_URL: undefined, REDIS_CLUSTER: 'a:1,,b:2' }, 'REDIS_CLUSTER: give servers'],
        [
          { REDIS_URL: undefined, REDIS_CLUSTER: 'http://u:secret@a:1' },
          'REDIS_CLUSTER: give a URL',
        ],
        [
          { REDIS_URL: undefined, REDIS_CLUSTER: 'a:1/5' },
          'REDIS_CLUSTER: a Cluster has database 0 alone',
        ],
        [
          { REDIS_URL: undefined, REDIS_SENTINELS: 'redis://u:secret%@a:1' },
          "REDIS_SENTINELS: write a '%' in the user or the password as '%25'",
        ],
      ] as const,
      ([variables, problem]) => {
        expect(problemsOf(variables)).toEqual([expect.stringContaining(problem) as string]);
        expect(problemsOf(variables).join()).not.toContain('secret');
      },
    );
  });
});

describe('the secrets of calls between services', () => {
  const secret = 'secret-'.repeat(5);

  it('forward the user token by default', () => {
    expect(load({}).calls).toEqual({ forwardToken: true });
  });

  it('may be one secret for all services', () => {
    expect(load({ SESSION_CALL_SECRET: secret }).calls).toEqual({ secret });
  });

  it('may be two secrets while one replaces the other', () => {
    const SESSION_CALL_SECRET_ALSO = `${secret}, the one before`;
    expect(load({ SESSION_CALL_SECRET: secret, SESSION_CALL_SECRET_ALSO }).calls).toEqual({
      secret: [secret, SESSION_CALL_SECRET_ALSO],
    });
    const SESSION_CALLERS = `orders:next-${secret},orders:${secret}`;
    expect(load({ SESSION_CALL_SECRET: secret, SESSION_CALLERS }).calls.callers).toEqual({
      orders: [`next-${secret}`, secret],
    });
  });

  it('may be one secret per calling service', () => {
    const SESSION_CALLERS = `orders:${secret}:o, products:${secret}p`;

    expect(load({ SESSION_CALL_SECRET: secret, SESSION_CALLERS }).calls).toEqual({
      secret,
      callers: { orders: [`${secret}:o`], products: [`${secret}p`] },
    });
  });

  it('are rejected when malformed, without being shown', async () => {
    await eachRow<[NodeJS.ProcessEnv, RegExp]>(
      [
        [{ SESSION_CALL_SECRET: 'secret-that-is-short' }, /^SESSION_CALL_SECRET: is too short/],
        [{ SESSION_CALLERS: `orders:${secret}` }, /^SESSION_CALLERS: set SESSION_CALL_SECRET/],
        ...['orders', 'orders:secret', `Orders:${secret}`, `orders:${secret},`, `:${secret}`].map(
          (callers): [NodeJS.ProcessEnv, RegExp] => [
            { SESSION_CALL_SECRET: secret, SESSION_CALLERS: callers },
            /^SESSION_CALLERS: give services/,
          ],
        ),
        [
          { SESSION_CALL_SECRET: secret, SESSION_CALL_SECRET_ALSO: 'secret-x' },
          /^SESSION_CALL_SECRET_ALSO: is too short/,
        ],
        [
          { SESSION_CALL_SECRET_ALSO: secret },
          /^SESSION_CALL_SECRET_ALSO: set SESSION_CALL_SECRET as well/,
        ],
      ],
      ([variables, problem]) => {
        expect(problemsOf(variables)).toEqual([expect.stringMatching(problem) as string]);
        expect(problemsOf(variables).join()).not.toContain('secret-');
      },
    );
  });
});

describe('SESSION_NEAR_CACHE', () => {
  const read = (SESSION_NEAR_CACHE?: string) =>
    loadEnvironment(ResourceEnvironment, { REDIS_URL, SESSION_NEAR_CACHE }).SESSION_NEAR_CACHE;

  it('is off, on or a time span', async () => {
    await eachRow(
      [
        [undefined, false],
        ['', false],
        ['off', false],
        ['on', true],
        ['2s', '2s'],
        ['100ms', '100ms'],
      ] as const,
      ([value, expected]) => {
        expect(read(value)).toBe(expected);
      },
    );
  });

  it('is rejected with any other value, and the error lists the valid values', async () => {
    await eachRow(['yes', 'ON', '2', '2000', '99ms', '0s', '-2s', 'soon'], (value) => {
      expect(() => read(value)).toThrow(EnvironmentError);
      expect(() => read(value)).toThrow(/SESSION_NEAR_CACHE: .*'on'.*'off'.*100ms.*'2s'/);
    });
  });
});

describe('SESSION_CHANNELS_CLOSE_WITHIN', () => {
  const read = (SESSION_CHANNELS_CLOSE_WITHIN?: string) =>
    loadEnvironment(ServiceEnvironment, { REDIS_URL, SESSION_CHANNELS_CLOSE_WITHIN }).channels;

  it('is a time span, 30 seconds by default', async () => {
    await eachRow(
      [
        [undefined, '30s'],
        ['5s', '5s'],
        ['1h', '1h'],
      ] as const,
      ([value, expected]) => {
        expect(read(value)).toEqual({ closeWithin: expected });
      },
    );
  });

  it('is rejected outside of 5 s to 1 h, and the error names both', async () => {
    await eachRow(['0', '4999ms', '2h', 'off', '30'], (value) => {
      expect(() => read(value)).toThrow(/SESSION_CHANNELS_CLOSE_WITHIN: .*5s to 1h/);
    });
  });
});
