import { type INestApplication, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { SessionManager } from '../issuer/session.manager';
import { SessionModule } from '../session.module';
import { whenReady } from '../store/redis-client';
import { SessionStore } from '../store/session.store';
import { httpAdapters, listen } from '../testing/http-adapters';
import { keySpaceOf } from '../testing/key-space';
import { withBearer, withCookie } from '../testing/requests';
import { SampleController } from '../testing/sample.controller';
import { patientClient } from '../testing/patient-client';

/** The token and other spellings of its bytes: who has one of them has the session. */
function spellingsOf(token: string): string[] {
  const bytes = Buffer.from(token, 'base64url');
  return [token, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('latin1')];
}

describe.each(httpAdapters)('a token on %s', (_, makeAdapter) => {
  let server: RedisServer;
  let admin: Redis;
  let monitor: Redis;
  let app: INestApplication;
  let url: string;
  /** What Redis was sent, what was logged and what was answered. */
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
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis: { port: server.port, disconnectTimeout: 50 } }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [SampleController],
    }));
    const collect = (...message: unknown[]) => seen.push(message.map(String).join(' '));
    for (const level of ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation(collect);
    }
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await app.close();
    monitor.disconnect();
    admin.disconnect();
    await server.stop();
  });

  async function call(path: string, init: RequestInit): Promise<number> {
    const response = await fetch(url + path, init);
    seen.push(JSON.stringify([...response.headers]), await response.text());
    return response.status;
  }

  it('is in no command, no value, no log and no answer, whatever becomes of the request', async () => {
    const manager = app.get(SessionManager, { strict: false });
    const user = { id: 'u-1', username: 'ada' };
    const issued = await manager.create({ user, roles: ['read'] });
    const rotated = await manager.rotate(issued.session.id);
    const tokens = [issued.token, rotated?.token ?? ''];
    const token = tokens[1] ?? '';

    expect(await call('/closed', withCookie(token))).toBe(200);
    expect(await call('/closed', withBearer(token))).toBe(200);
    expect(await call('/write', withCookie(token))).toBe(403);
    expect(await call('/closed', withCookie(issued.token))).toBe(401);
    const both = { ...withCookie(token).headers, ...withBearer(token).headers };
    expect(await call('/closed', { headers: both })).toBe(400);
    await manager.setRoles('u-1', ['orders:write']);
    await manager.listByUser('u-1');
    seen.push(JSON.stringify(await keySpaceOf(admin)));
    // A malformed record and a store that fails are told in the log.
    const key = `session:{${rotated?.session.id ?? ''}}`;
    await admin.set(key, '{}', 'KEEPTTL');
    expect(await call('/closed', withCookie(token))).toBe(401);
    await app.get(SessionStore).ping();
    await server.stop();
    expect(await call('/closed', withCookie(token))).toBe(503);

    // The way of looking is worth something only if it sees what is there.
    expect(commands.join('\n')).toContain(rotated?.session.id);
    expect(seen.join('\n')).toContain(rotated?.session.id);
    const everything = [...seen, ...commands].join('\n');
    for (const spelling of tokens.flatMap(spellingsOf)) expect(everything).not.toContain(spelling);
  });
});
