import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import {
  newSession,
  nextId,
  sampleActivity,
  sampleHealth,
  type SampleSession,
  sampleServices,
  sampleSessions,
  type SampleUser,
  sampleUsers,
} from './sample-data';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const BASE = '/sessions/';
const dist = join(__dirname, '../dist');

const config = {
  ...{ base: BASE, api: '/admin', account: '/auth', role: 'admin', signIn: '/auth/login' },
  ...{ signOut: '/auth/logout', password: '/auth/password', users: '/admin/users' },
  ...{ reauthenticate: '/auth/reauthenticate', title: 'Nest Sessions' },
};

const iso = (time: number) => new Date(time).toISOString();

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly response: ServerResponse;
  readonly own: SampleSession;
}

/** A running development server. */
export interface DevelopmentServer {
  readonly url: string;
  /** Answers 503 to every call until it is switched off, and breaks all streams. */
  readonly setOutage: (isOut: boolean) => void;
  readonly createUser: (username: string, roles: readonly string[]) => void;
  readonly close: () => Promise<void>;
}

/**
 * Serves the built console at `/sessions/` with the policy of the real server, and answers its API from memory.
 * For the work on pages only: end-to-end tests run against the real service. Every username that exists signs in
 * with any password but `wrong`.
 *
 * @param isBusy Whether other users sign in and leave all the time.
 */
export async function startDevelopmentServer(port = 0, isBusy = false): Promise<DevelopmentServer> {
  const users = sampleUsers();
  let sessions = sampleSessions(users);
  const ended: object[] = [];
  const streams = new Map<ServerResponse, string>();
  const recent = new Set<string>();
  let position = 0;
  let isOutage = false;

  function emit(type: string, session: SampleSession, rest: object = {}): void {
    position += 1;
    const event = { type, sessionId: session.id, userId: session.user.id, at: Date.now(), ...rest };
    const text = `id: ${position}-0\nevent: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
    for (const stream of streams.keys()) stream.write(text);
  }

  function end(session: SampleSession, by: SampleUser | null, reason: string | null): void {
    sessions = sessions.filter(({ id }) => id !== session.id);
    const cause = { by: by?.id ?? null, reason };
    const type = by === null ? 'expired' : 'revoked';
    emit(type, session, cause);
    ended.unshift({
      ...{ position: `${position}-0`, type, sessionId: session.id, userId: session.user.id },
      ...{ username: session.user.username, at: Date.now(), ...cause },
      byName: by?.username ?? null,
    });
    for (const [stream, id] of streams) {
      if (id !== session.id) continue;
      stream.end('event: session-ended\ndata: {"code":"ERR_SESSION_REQUIRED"}\n\n');
    }
  }

  function view({ id, createdAt, userAgent, ip }: SampleSession, own: string): object {
    return {
      ...{ id, createdAt: iso(createdAt), userAgent, ip, current: id === own },
      expiresAt: iso(Date.now() + 1_680_000),
      absoluteExpiresAt: iso(createdAt + 43_200_000),
      lastSeenAt: iso(Math.min(Date.now(), createdAt + 240_000)),
    };
  }

  function adminView(session: SampleSession, own: string): object {
    const { id, username, roles } = session.user;
    const authenticatedAt = iso(session.createdAt);
    return { ...view(session, own), user: { id, username }, roles, authenticatedAt };
  }

  function matches({ user, ip, createdAt }: SampleSession, query: URLSearchParams): boolean {
    const has = (name: string, check: (value: string) => boolean) => {
      const value = query.get(name);
      return value === null || check(value);
    };
    return (
      has('user', (it) => user.id === it) &&
      has('role', (it) => user.roles.includes(it)) &&
      has('ip', (it) => ip === it) &&
      has('signedInBefore', (it) => createdAt < Date.parse(it)) &&
      has('signedInAfter', (it) => createdAt > Date.parse(it))
    );
  }

  function createUser(username: string, roles: readonly string[]): SampleUser {
    const createdAt = iso(Date.now());
    const created = { id: nextId(), username, roles: [...roles], disabled: false, createdAt };
    users.push(created);
    users.sort((one, other) => (one.username < other.username ? -1 : 1));
    return created;
  }

  function needRecent(session: SampleSession): void {
    if (recent.has(session.id)) return;
    const detail = 'This needs a sign-in within the last five minutes.';
    throw new Refusal(403, 'ERR_SESSION_REAUTHENTICATION_REQUIRED', detail);
  }

  async function listSessions(query: URLSearchParams, own: string): Promise<object> {
    const limit = Number(query.get('limit') ?? 50);
    const from = Number(query.get('after') ?? 0);
    const isScan = ['role', 'ip', 'signedInBefore', 'signedInAfter'].some((it) => query.has(it));
    if (isScan && !query.has('user')) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      const page = sessions.slice(from, from + 20);
      const next = from + 20 < sessions.length ? String(from + 20) : null;
      const found = page.filter((it) => matches(it, query)).map((it) => adminView(it, own));
      return { total: sessions.length, sessions: found, next, examined: page.length };
    }
    const found = sessions.filter((it) => matches(it, query));
    const page = found.slice(from, from + limit);
    const next = from + limit < found.length ? String(from + limit) : null;
    const views = page.map((it) => adminView(it, own));
    return { total: found.length, sessions: views, next, examined: page.length };
  }

  function sessionOf(id: string): SampleSession {
    const session = sessions.find((it) => it.id === id);
    if (session === undefined) throw new Refusal(404, 'ERR_NOT_FOUND', 'There is no such session.');
    return session;
  }

  function userOf(id: string): SampleUser {
    const user = users.find((it) => it.id === id);
    if (user === undefined) throw new Refusal(404, 'ERR_NOT_FOUND', 'There is no such user.');
    return user;
  }

  /** @returns the body of the response, `null` for an empty one */
  async function answer(call: Call): Promise<unknown> {
    const { method, path, query, body, own } = call;
    const [, area, kind, id = '', part] = path.split('/');
    const route = `${method} /${area}/${kind}${id === '' ? '' : '/:id'}${part === undefined ? '' : `/${part}`}`;
    if (area === 'admin' && !own.user.roles.includes('admin')) {
      throw new Refusal(403, 'ERR_SESSION_ROLE_REQUIRED', 'The role admin is required.');
    }
    switch (route) {
      case 'POST /auth/logout':
        end(own, own.user, 'signed-out');
        return null;
      case 'GET /auth/session':
        return { user: own.user, session: view(own, own.id) };
      case 'GET /auth/sessions':
        return sessions.filter(({ user }) => user.id === own.user.id).map((it) => view(it, own.id));
      case 'DELETE /auth/sessions/:id':
        needRecent(own);
        end(sessionOf(id), own.user, 'ended-by-owner');
        return null;
      case 'DELETE /auth/sessions':
        needRecent(own);
        for (const session of sessions) {
          if (session.user.id === own.user.id && session.id !== own.id) {
            end(session, own.user, 'ended-by-owner');
          }
        }
        return null;
      case 'POST /auth/reauthenticate':
      case 'POST /auth/password':
        if ((body.password ?? body.currentPassword) === 'wrong') {
          throw new Refusal(403, 'ERR_PASSWORD_WRONG', 'The current password is wrong.');
        }
        if (typeof body.newPassword === 'string' && body.newPassword.length < 15) {
          throw new Refusal(400, 'ERR_PASSWORD_POLICY', 'A password has 15 characters or more.');
        }
        recent.add(own.id);
        return null;
      case 'GET /admin/sessions':
        return listSessions(query, own.id);
      case 'DELETE /admin/sessions': {
        needRecent(own);
        const found = sessions.filter((it) => matches(it, query));
        for (const session of found) end(session, own.user, 'ended-by-administrator');
        return { ended: found.length };
      }
      case 'DELETE /admin/sessions/:id':
        needRecent(own);
        end(sessionOf(id), own.user, 'ended-by-administrator');
        return null;
      case 'GET /admin/events/:id': {
        const before = Number(query.get('before') ?? 0);
        const next = before + 50 < ended.length ? String(before + 50) : null;
        return { events: ended.slice(before, before + 50), next };
      }
      case 'GET /admin/services':
        return sampleServices();
      case 'GET /admin/services/:id': {
        const user = query.get('user');
        const roles = user === null ? query.getAll('role') : userOf(user).roles;
        const decide = (service: string, path: string) =>
          path.startsWith('/health') ? 'public' : roles.includes(service) ? 'authorized' : 'role';
        const services = (
          sampleServices() as { service: string; routes: { method: string; path: string }[] }[]
        ).map(({ service, routes }) => ({
          service,
          routes: routes.map(({ method, path }) => ({
            method,
            path,
            decision: decide(service, path),
          })),
        }));
        return { roles, services };
      }
      case 'GET /admin/health':
        return sampleHealth();
      case 'GET /admin/activity':
        return sampleActivity();
      case 'GET /admin/users': {
        const after = query.get('after') ?? '';
        const limit = Number(query.get('limit') ?? 100);
        return users.filter(({ username }) => username > after).slice(0, limit);
      }
      case 'POST /admin/users': {
        const username = String(body.username);
        if (users.some((it) => it.username === username)) {
          throw new Refusal(409, 'ERR_USERNAME_TAKEN', `The username ${username} is taken.`);
        }
        return createUser(username, body.roles as string[]);
      }
      case 'PUT /admin/users/:id/roles': {
        const user = userOf(id);
        user.roles = body.roles as string[];
        for (const session of sessions.filter((it) => it.user.id === id)) {
          emit('rolesChanged', session, { roles: user.roles, by: own.user.id });
        }
        return user;
      }
      case 'PUT /admin/users/:id/disabled': {
        const user = userOf(id);
        user.disabled = body.disabled === true;
        if (user.disabled) {
          for (const session of sessions.filter((it) => it.user.id === id)) {
            end(session, own.user, 'disabled');
          }
        }
        return user;
      }
      case 'DELETE /admin/users/:id/sessions':
        for (const session of sessions.filter((it) => it.user.id === id)) {
          end(session, own.user, 'ended-by-administrator');
        }
        return null;
      default:
        throw new Refusal(404, 'ERR_NOT_FOUND', `There is no ${route}.`);
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? 'GET';
    if (path.startsWith(BASE) || `${path}/` === BASE) {
      await sendFile(path, response);
      return;
    }
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === null ? '' : JSON.stringify(body));
    };
    if (isOutage) {
      send(503, { status: 503, title: 'Service Unavailable' }, { 'retry-after': '1' });
      return;
    }
    const token = /sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const own = sessions.find(({ id }) => id === token);
    try {
      const body = await bodyOf(request);
      if (path === '/auth/login') {
        const user = users.find(({ username }) => username === body.username);
        if (user === undefined || user.disabled || body.password === 'wrong') {
          throw new Refusal(401, 'ERR_SIGN_IN_FAILED', 'Username or password is wrong.');
        }
        const session = newSession(user, Date.now(), request.headers['user-agent']);
        sessions.unshift(session);
        emit('created', session, { by: user.id, reason: 'signed-in' });
        const cookie = `sid=${session.id}; Path=/; HttpOnly; SameSite=Lax`;
        send(200, { user, session: view(session, session.id) }, { 'set-cookie': cookie });
        return;
      }
      if (own === undefined) throw new Refusal(401, 'ERR_SESSION_REQUIRED', 'Sign in first.');
      if (path === '/admin/events') {
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
        });
        response.write(':\n\n');
        streams.set(response, own.id);
        response.on('close', () => streams.delete(response));
        return;
      }
      const result = await answer({ method, path, query, body, response, own });
      if (result === null) response.writeHead(204).end();
      else send(200, result);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'ERR', String(error));
      const { status, code, message: detail } = refusal;
      send(status, { status, code, detail, title: code });
    }
  }

  const signInSomeUser = () => {
    const user = users[Math.floor(Math.random() * users.length)];
    if (user === undefined || user.disabled) return;
    const session = newSession(user);
    sessions.unshift(session);
    emit('created', session, { by: user.id, reason: 'signed-in' });
    const oldest = sessions.at(-1);
    if (oldest !== undefined) end(oldest, oldest.user, 'signed-out');
  };
  const timer = isBusy ? setInterval(signInSomeUser, 4000) : undefined;
  for (const session of sessions.slice(40, 52)) end(session, session.user, 'signed-out');
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}${BASE}`,
    createUser: (username, roles) => {
      createUser(username, roles);
    },
    setOutage: (isOut) => {
      isOutage = isOut;
      if (isOut) for (const stream of streams.keys()) stream.destroy();
    },
    close: async () => {
      clearInterval(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const name = normalize(path.slice(BASE.length));
  const isFile = /^(assets\/[\w.-]+|icon\.svg)$/.test(name);
  const file = isFile ? name : 'index.html';
  try {
    let content: string | Buffer = await readFile(join(dist, file));
    if (!isFile) {
      const text = JSON.stringify(config).replaceAll('"', '&quot;');
      content = content
        .toString()
        .replace('<base href="/" />', `<base href="${BASE}" />`)
        .replace('content="{}"', `content="${text}"`);
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}
