import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createToken, sessionIdOf } from 'nest-sessions/issuer';
import type { Redis } from 'ioredis';
import { exchange, head } from '../support/exchange';
import { type Answer, type Call, call, json, tokenOf } from '../support/http';
import { newUser, ProductionSystem, START_TIMEOUT_MS } from '../support/production-system';
import { withRedis } from '../support/redis-dump';
import { findSecrets } from '../support/secret-search';
import type { Adapter } from '../support/system';

const CALL_SECRET = `calls ${randomBytes(24).toString('hex')}`;

/** Characters that a terminal, a pager or a line reader interprets. */
// eslint-disable-next-line no-control-regex -- the pattern matches control characters
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const HOSTILE = [
  'a\r\n{"level":"info","event":"signIn.succeeded"}',
  'b\u001b[2J\u001b]0;title\u0007',
  'c\u2028{"level":"info"}\u2029',
  'd\u0000e\u009b31m',
  'f\ud800g\udfff',
  'h\u202etxt.exe',
  `"}\n{"level":"info","msg":"forged"}`,
  'x'.repeat(8_000),
];

/** Starts its own system, in production mode. */
export function canary(adapter: Adapter): void {
  describe(`a system in production, on ${adapter}`, () => {
    const secrets: Record<string, string> = { 'call secret': CALL_SECRET };
    const answers: string[] = [];
    let redis: string[] = [];
    let production: ProductionSystem;

    beforeAll(async () => {
      production = await startProduction(adapter);
      await drive(production, secrets, answers);
      redis = await withRedis(production.system.redis.url, contentOf);
      await driveWithoutRedis(production, secrets, answers);
      await Promise.all(production.system.services.map((service) => service.stop()));
    }, START_TIMEOUT_MS);
    afterAll(() => production.stop());

    it('writes no secret to the log of any service', () => {
      expect(production.system.output.length).toBeGreaterThan(50);
      expect(findSecrets(secrets, { output: production.system.output })).toEqual([]);
    });

    it('returns no secret except in a response that issues a token', () => {
      expect(answers.length).toBeGreaterThan(50);
      expect(findSecrets(secrets, { answer: answers })).toEqual([]);
    });

    it('stores no secret in a key or value of Redis, or in its ACL LOG', () => {
      expect(redis.join('\n')).toContain('session:{');
      expect(findSecrets(secrets, { redis })).toEqual([]);
    });

    it('stores no secret in a file of the user database', async () => {
      const files = await filesIn(production.dataDir);
      const found = await Promise.all(
        files.map(async (file) => {
          const content = await readFile(file, 'latin1');
          return Object.entries(secrets)
            .filter(([, secret]) => content.includes(Buffer.from(secret).toString('latin1')))
            .map(([name]) => `${name} in ${file}`);
        }),
      );
      expect(found.flat()).toEqual([]);
    });

    it('logs hostile input without forged lines or control characters', () => {
      for (const line of production.system.output) {
        expect(JSON.parse(line)).toMatchObject({
          level: expect.stringMatching(/^(debug|info|warn|error)$/) as string,
          time: expect.any(String) as string,
          service: expect.stringMatching(/^(auth|orders|products)$/) as string,
        });
        expect(line).not.toMatch(CONTROL);
        expect(line).not.toContain('forged');
      }
    });
  });
}

function startProduction(adapter: Adapter): Promise<ProductionSystem> {
  return ProductionSystem.start(adapter, {
    LOG_LEVEL: 'debug',
    TRUST_PROXY: '1',
    SESSION_CALL_SECRET: CALL_SECRET,
  });
}

/** Sends secrets in all requests that a client can make, valid and invalid. */
async function drive(
  production: ProductionSystem,
  secrets: Record<string, string>,
  answers: string[],
): Promise<void> {
  const { system } = production;
  const auth = system.auth.url;
  const [admin, user, other, typed] = [newUser(), newUser(), newUser(), newUser()];
  const send = sender(answers);
  Object.assign(secrets, {
    'the administrator’s password': admin.password,
    'a password': user.password,
    'a new password': other.password,
    'a wrong password': typed.password,
    'an unknown name': typed.username,
    'the Redis password': new URL(system.redis.urlOf('auth')).password,
  });

  await production.createUser(admin, 'admin');
  const adminToken = tokenOf(await system.login(admin.username, admin.password));
  const users = `${auth}/admin/users`;
  const created = await send(users, {
    cookie: adminToken,
    body: { ...user, roles: ['orders', 'products', 'orders:write'] },
  });
  const { id } = json<{ id: string }>(created);

  // Sign-in, and similar requests.
  const cookie = tokenOf(await system.login(user.username, user.password));
  const login = `${auth}/auth/login`;
  const { username, password } = user;
  const bearer = json<{ token: string }>(
    await call(login, { body: { username, password, transport: 'bearer' } }),
  ).token;
  Object.assign(secrets, { 'a cookie': cookie, 'a bearer token': bearer, another: adminToken });
  const bodies: unknown[] = [
    { username, password: typed.password },
    typed,
    { username: password, password: username },
    { username, password: [password] },
    { username, pasword: password },
    { username: { password }, password },
    { username, password, transport: password },
    { username, password: password.repeat(500) },
    `{"username":"x","password":"${typed.password}`,
    `{"username":"x","password":${typed.password}}`,
    typed.password,
    `{"__proto__":{"password":"x"},"username":"${typed.username}"}`,
  ];
  for (const body of bodies) await send(login, { body });
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', password]) {
    const headers = { 'content-type': type.replaceAll(/[^\w/-]/g, '') };
    await send(login, { headers, body: `password=${encodeURIComponent(password)}` });
  }
  const cross = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  await send(login, { headers: cross, body: { username, password: typed.password } });

  // A token wherever a token can be, and where it should not be.
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  for (const door of system.doors) {
    await send(door, { cookie });
    await send(door, { bearer });
    await send(door, { cookie, bearer });
    await send(door, { headers: { cookie: `__Host-sid=${cookie}; __Host-sid=${bearer}` } });
    await send(door, { headers: { authorization: basic } });
    await send(door, { headers: { authorization: `Token ${bearer}` } });
    await send(door, { headers: { 'x-session-call': bearer } });
    await send(door, { headers: { 'x-session-call': CALL_SECRET } });
    await send(door, { headers: { 'x-session-identity': bearer } });
    await send(door, { headers: { 'x-request-id': `${bearer}!`, 'user-agent': bearer } });
    await send(`${door}?token=${bearer}&password=${encodeURIComponent(password)}`);
    await send(`${door}/${bearer}`);
    await send(`${door}/${encodeURIComponent(password)}?x=${cookie}`, { cookie });
    answers.push(await exchange(door, huge(door, bearer)));
  }
  const asked = { 'x-original-method': 'GET', 'x-original-uri': `/orders?token=${bearer}` };
  await send(`${auth}/auth/verify`, { headers: asked });
  await send(`${auth}/auth/verify`, { headers: { ...asked, 'x-verify-service': bearer } });
  await send(`${auth}/docs-json`);
  for (const { url } of system.services) {
    await send(`${url}/health/ready`);
    await send(`${url}/health/live`);
  }

  // Requests of an administrator, and the answer to a user without that role.
  await send(`${users}/${id}/roles`, {
    method: 'PUT',
    cookie: adminToken,
    body: { roles: ['orders'] },
  });
  await send(users, { cookie: adminToken });
  await send(`${users}/${id}/sessions`, { cookie: adminToken });
  await send(users, { cookie });
  await send(users, { cookie: adminToken, body: { ...other, roles: [other.password] } });
  await send(users, { cookie: adminToken, body: { username: password, password, roles: [] } });

  // A password change, whose answer is that of a sign-in.
  const change = `${auth}/auth/password`;
  const passwords = { currentPassword: password, newPassword: other.password };
  await send(change, { bearer, body: { ...passwords, currentPassword: typed.password } });
  await send(change, { bearer, body: { ...passwords, newPassword: 'short' } });
  await send(change, { bearer, body: { ...passwords, password } });
  const changed = await call(change, { bearer, body: passwords });
  const renewed = /"([\w-]{43})"/.exec(String(changed.headers['authentication-info']))?.[1];
  if (renewed === undefined) throw new Error(`the password was not changed: ${changed.text}`);
  secrets['a renewed token'] = renewed;
  await send(`${auth}/auth/logout`, { method: 'POST', bearer: renewed });
  await send(`${auth}/auth/session`, { bearer: renewed });

  // A malformed record.
  const malformed = createToken();
  secrets['a token to a malformed record'] = malformed;
  await withRedis(system.redis.url, async (client) => {
    const key = sessionIdOf(malformed);
    await client.set(`session:{${key}}`, '{"v":', 'PX', 60_000);
    await client.set(`idle:{${key}}`, '1', 'PX', 60_000);
  });
  for (const door of system.doors) await send(door, { cookie: malformed });

  for (const text of HOSTILE) await attack(send, auth, text);
}

/** Sends names, headers and paths that would break out of a log line. */
async function attack(send: Send, auth: string, text: string): Promise<void> {
  await send(`${auth}/auth/login`, { body: { username: text, password: text } });
  await send(`${auth}/auth/login`, { body: { [text]: text } });
  const typed = encodeURIComponent(text.toWellFormed());
  await send(`${auth}/${typed}?${typed}`);
  const bytes = Buffer.from(text.replaceAll(/[\r\n]/g, ' ')).toString('latin1');
  for (const name of ['User-Agent', 'X-Request-Id', 'X-Forwarded-For', 'Cookie']) {
    await exchange(
      auth,
      head('GET /auth/session HTTP/1.1', 'Host: x', 'Connection: close', `${name}: ${bytes}`),
    );
  }
}

/** Sends requests to the same routes while no session can be read. */
async function driveWithoutRedis(
  { system }: ProductionSystem,
  secrets: Readonly<Record<string, string>>,
  answers: string[],
): Promise<void> {
  const send = sender(answers);
  const { 'a cookie': cookie = '', 'a new password': password = '' } = secrets;
  await system.redis.stop();
  for (const door of system.doors) {
    await send(door, { cookie });
    await send(door, { bearer: cookie });
  }
  await send(`${system.auth.url}/auth/logout`, { method: 'POST', cookie });
  await send(`${system.auth.url}/auth/login`, { body: { username: 'nobody', password } });
  for (const { url } of system.services) await send(`${url}/health/ready`);
}

type Send = (url: string, request?: Call) => Promise<Answer>;

/** Returns a function that sends requests and records the answers. */
function sender(answers: string[]): Send {
  return async (url, request) => {
    const answer = await call(url, request);
    answers.push(JSON.stringify(answer));
    return answer;
  };
}

/** Returns a request head that exceeds Node.js' limit. */
function huge(door: string, token: string): string {
  const { pathname } = new URL(door);
  const cookies = Array.from({ length: 400 }, () => `__Host-sid=${token}`).join('; ');
  return head(`GET ${pathname} HTTP/1.1`, 'Host: x', 'Connection: close', `Cookie: ${cookies}`);
}

/** Returns every key with its value, and the log of denied commands. */
async function contentOf(client: Redis): Promise<string[]> {
  const keys = await client.keys('*');
  const contents = keys.map(async (key) => JSON.stringify([key, await valueOf(client, key)]));
  return [...(await Promise.all(contents)), JSON.stringify(await client.call('ACL', 'LOG'))];
}

async function valueOf(client: Redis, key: string): Promise<unknown> {
  switch (await client.type(key)) {
    case 'string':
      return client.get(key);
    case 'hash':
      return client.hgetall(key);
    case 'list':
      return client.lrange(key, 0, -1);
    case 'zset':
      return client.zrange(key, '0', '-1');
    case 'stream':
      return client.xrange(key, '-', '+');
    default:
      throw new Error(`${key} is of a type that this test does not read`);
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
}
