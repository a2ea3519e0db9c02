/** Data of the development server, which grows and changes while it runs. */

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'curl/8.5.0',
];
const ADDRESSES = ['127.0.0.1', '192.168.1.24', '203.0.113.7', '2001:db8::7', '10.0.4.18'];
const MINUTE_MS = 60_000;

export interface SampleUser {
  readonly id: string;
  readonly username: string;
  roles: string[];
  disabled: boolean;
  readonly createdAt: string;
}

export interface SampleSession {
  readonly id: string;
  readonly createdAt: number;
  readonly userAgent: string;
  readonly ip: string;
  readonly user: SampleUser;
}

let serial = 0;

/** Returns an id of the length that real ones have. */
export function nextId(): string {
  serial += 1;
  const text = `${serial.toString(36)}kT3vQ9xLmZpR7aYcWb2NfHs8UgJd5EoIi4XqBtMw0`;
  return text.slice(0, 43);
}

export function sampleUsers(): SampleUser[] {
  const users = [
    { username: 'admin', roles: ['admin', 'orders', 'products'] },
    { username: 'alice', roles: ['orders', 'products'] },
    { username: 'bob', roles: ['products'] },
    { username: 'carol', roles: ['orders', 'orders:write', 'products'] },
    ...Array.from({ length: 70 }, (_, index) => ({
      username: `user-${String(index + 1).padStart(3, '0')}`,
      roles: index % 3 === 0 ? ['orders'] : [],
    })),
  ];
  return users.map(({ username, roles }, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    username,
    roles,
    disabled: index % 17 === 16,
    createdAt: new Date(Date.now() - index * 36e5 * 9).toISOString(),
  }));
}

export function newSession(
  user: SampleUser,
  createdAt = Date.now(),
  agent?: string,
): SampleSession {
  const id = nextId();
  return {
    id,
    createdAt,
    user,
    userAgent: agent ?? AGENTS[serial % AGENTS.length] ?? '',
    ip: ADDRESSES[serial % ADDRESSES.length] ?? '127.0.0.1',
  };
}

/** Returns sessions of all users, the last hours' included. */
export function sampleSessions(users: readonly SampleUser[]): SampleSession[] {
  return users.flatMap((user, index) =>
    user.disabled
      ? []
      : Array.from({ length: 1 + (index % 3) }, (_, nth) =>
          newSession(user, Date.now() - (index * 7 + nth * 31) * MINUTE_MS),
        ),
  );
}

export function sampleServices(): object[] {
  const route = (method: string, path: string, rest: object = {}) => ({
    ...{ method, path, isConditional: false, isPublic: false, anyOf: [], isFresh: false },
    ...{ isUnsupported: false, alsoIn: [], ...rest },
  });
  const seenAt = new Date(Date.now() - 4000).toISOString();
  const up = { state: 'up', release: '0.1.0', router: 'express', publishedAt: seenAt, seenAt };
  return [
    {
      ...{ service: 'orders', requiredRole: 'orders', ...up },
      routes: [
        route('GET', '/orders'),
        route('GET', '/orders/:id'),
        route('POST', '/orders', { anyOf: ['orders:write'] }),
        route('DELETE', '/orders/:id', { maxAge: 300_000, isFresh: true }),
        route('GET', '/health/live', { isPublic: true }),
      ],
    },
    {
      ...{ service: 'products', requiredRole: 'products', ...up, state: 'stale', release: null },
      routes: [
        route('GET', '/products'),
        route('POST', '/products', { anyOf: ['products:write'], isConditional: true }),
        route('GET', '/products/:id{.:format}', { isUnsupported: true }),
      ],
    },
    {
      ...{ service: 'billing', state: 'missing', release: null, router: null, requiredRole: null },
      ...{ publishedAt: null, seenAt: null, routes: [] },
    },
  ];
}

export function sampleActivity(): object {
  const step = 15 * MINUTE_MS;
  const end = Math.floor(Date.now() / step) * step;
  const points = Array.from({ length: 96 }, (_, index) => {
    const at = end - (95 - index) * step;
    const day = 0.5 + 0.5 * Math.sin((new Date(at).getHours() - 8) / 3.8);
    const noise = 0.7 + 0.3 * Math.sin(index * 2.7) * Math.cos(index);
    const signIns = Math.round(day * noise * 42);
    const failures = index === 60 ? 31 : Math.round(noise * day * 5);
    const active = index < 6 ? null : Math.round(300 + day * 900 + index * 2);
    return { at, signIns, failures, ended: Math.round(signIns * 0.8), active };
  });
  return { step, points };
}

export function sampleHealth(): object {
  return {
    redis: {
      topology: 'sentinel',
      isConnected: true,
      nodes: [
        { host: '10.0.0.11', port: 6379, role: 'master', version: '8.0.3' },
        { host: '10.0.0.12', port: 6379, role: 'replica', version: '8.0.3' },
      ],
      findings: [
        {
          severity: 'warning',
          title: 'maxmemory-policy is allkeys-lru',
          fix: 'Set it to noeviction: with another policy Redis may drop sessions that are in use.',
        },
      ],
    },
    nearCache: {
      ...{ isLinkUp: true, hits: 120_412, misses: 2210, bypasses: 31, invalidations: 871 },
      ...{ linkLosses: 1, hitRatio: 0.982, staleness: 2000 },
    },
    revocationLag: { lastMs: 1.4, p99Ms: 4.8, count: 871 },
    rpc: null,
    events: { lost: 0 },
    records: { malformed: 0 },
    channels: { open: 3 },
    process: { uptime: 8412, node: 'v24.5.0', library: '0.1.0' },
  };
}
