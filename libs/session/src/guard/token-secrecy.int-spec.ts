import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { SessionModule } from '../session.module.js';
import { whenReady } from '../store/redis-client.js';
import { SessionStore } from '../store/session.store.js';
import { httpAdapters, listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { keySpaceOf } from '../../test-support/key-space.js';
import { withBearer, withCookie } from '../../test-support/requests.js';
import { SampleController } from '../../test-support/sample.controller.js';
import { patientClient } from '../../test-support/patient-client.js';

/** Returns the token and other spellings of its bytes, each of which gives access to the session. */
function spellingsOf(token: string): string[] {
  const bytes = Buffer.from(token, 'base64url');
  return [token, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('latin1')];
}

/** The applications on both adapters share one Redis, which is stopped once. */
describe('a token', () => {
  let server: RedisServer;
  let admin: Redis;
  let monitor: Redis;
  let services: ListeningApp[];
  /** Log lines, responses and the content of Redis. */
  let seen: string[];
  let commands: string[];

  beforeEach(async () => {
    seen = [];
    commands = [];
    server = await RedisServer.start();
    admin = patientClient({ port: server.port, disconnectTimeout: 50 });
    admin.on('error', () => undefined);
    await whenReady(admin, 10_000);
    monitor = await admin.monitor();
    monitor.on('error', () => undefined);
    monitor.on('monitor', (_time: string, args: string[]) => commands.push(args.join(' ')));
    services = await Promise.all(
      httpAdapters.map(([, makeAdapter]) =>
        listen(makeAdapter, {
          imports: [
            SessionModule.forRoot({ redis: { port: server.port, disconnectTimeout: 50 } }),
            SessionIssuerModule.forRoot({}),
          ],
          controllers: [SampleController],
        }),
      ),
    );
    const collect = (...message: unknown[]) => seen.push(message.map(String).join(' '));
    for (const level of ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation(collect);
    }
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const { app } of services) await app.close();
    monitor.disconnect();
    admin.disconnect();
    await server.stop();
  });

  async function call(url: string, init: RequestInit): Promise<number> {
    const response = await fetch(url, init);
    seen.push(JSON.stringify([...response.headers]), await response.text());
    return response.status;
  }

  /** Uses two tokens in every way until the session's record is malformed. */
  async function useTokens({ app, url }: ListeningApp): Promise<{ tokens: string[]; id: string }> {
    const manager = app.get(SessionManager, { strict: false });
    const user = { id: 'u-1', username: 'ada' };
    const issued = await manager.create({ user, roles: ['read'] });
    const rotated = await manager.rotate(issued.session.id);
    const tokens = [issued.token, rotated?.token ?? ''];
    const token = tokens[1] ?? '';
    const id = rotated?.session.id ?? '';

    expect(await call(`${url}/closed`, withCookie(token))).toBe(200);
    expect(await call(`${url}/closed`, withBearer(token))).toBe(200);
    expect(await call(`${url}/write`, withCookie(token))).toBe(403);
    expect(await call(`${url}/closed`, withCookie(issued.token))).toBe(401);
    const both = { ...withCookie(token).headers, ...withBearer(token).headers };
    expect(await call(`${url}/closed`, { headers: both })).toBe(400);
    await manager.setRoles('u-1', ['orders:write']);
    await manager.listByUser('u-1');
    seen.push(JSON.stringify(await keySpaceOf(admin)));
    // The log reports a malformed record and a failing store.
    await admin.set(`session:{${id}}`, '{}', 'KEEPTTL');
    expect(await call(`${url}/closed`, withCookie(token))).toBe(401);
    await app.get(SessionStore).ping();
    return { tokens, id };
  }

  it('never appears in commands, values, logs or responses, whatever the outcome', async () => {
    const used = [];
    for (const service of services) used.push(await useTokens(service));
    await server.stop();
    for (const [at, { tokens }] of used.entries()) {
      expect(await call(`${services[at]?.url ?? ''}/closed`, withCookie(tokens[1] ?? ''))).toBe(
        503,
      );
    }

    const everything = [...seen, ...commands].join('\n');
    for (const { tokens, id } of used) {
      // The search proves something only if it finds the session id, which is there.
      expect(commands.join('\n')).toContain(id);
      expect(seen.join('\n')).toContain(id);
      for (const spelling of tokens.flatMap(spellingsOf)) {
        expect(everything).not.toContain(spelling);
      }
    }
  });
});
