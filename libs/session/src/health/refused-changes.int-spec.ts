import { Controller, Get, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import type { Session } from '../session/session.js';
import { SessionModule } from '../session.module.js';
import { httpAdapters, listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { patientClient } from '../../test-support/patient-client.js';
import { nearCacheCountersOf } from '../../test-support/near-cache-counters.js';
import { SessionHealthIndicator } from './session-health.indicator.js';
import { SessionHealthModule } from './session-health.module.js';

@Controller()
class WhoController {
  @Get()
  who(@CurrentSession() { user }: Session): string {
    return user.username;
  }
}

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

const ada = { user: { id: 'u-1', username: 'ada' }, roles: [] };

describe('a Redis that cannot write to its disk', () => {
  let server: RedisServer;
  let client: Redis;
  let started: ListeningApp;
  let manager: SessionManager;
  let logged: jest.SpyInstance;

  beforeAll(async () => {
    server = await RedisServer.start({ args: ['--enable-protected-configs', 'local'] });
    client = patientClient(server.url);
    logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    started = await listen(express, {
      imports: [
        SessionModule.forRoot({ client, nearCache: true }),
        SessionIssuerModule.forRoot({}),
        SessionHealthModule,
      ],
      controllers: [WhoController],
    });
    manager = started.app.get(SessionManager, { strict: false });
  });
  afterAll(async () => {
    await started.app.close();
    client.disconnect();
    await server.stop();
    jest.restoreAllMocks();
  });

  /** Makes a snapshot fail, so that Redis rejects writes as if the append-only file's disk were full. */
  async function fillDisk(): Promise<void> {
    const [, folder = ''] = await client.config('GET', 'dir');
    await mkdir(join(folder, 'in-the-way.rdb'));
    await client.config('SET', 'dbfilename', 'in-the-way.rdb', 'save', '3600 1000');
    await client.bgsave();
    await eventually(async () =>
      (await client.info('persistence')).includes('rdb_last_bgsave_status:err'),
    );
    await expect(client.ping()).rejects.toThrow(/^MISCONF/);
  }

  it('serves requests, is ready, keeps the near-cache and rejects changes', async () => {
    const { token, session } = await manager.create(ada);
    const ask = () => fetch(started.url, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);
    await fillDisk();
    const nearCache = nearCacheCountersOf(started.app);

    const health = await started.app.get(SessionHealthIndicator, { strict: false }).isHealthy();
    expect(health.sessions.status).toBe('up');
    expect(logged.mock.calls.flat()).toContainEqual(expect.stringMatching(/MISCONF/));
    expect(await (await ask()).text()).toBe('ada');
    await expect(manager.create(ada)).rejects.toThrow(SessionStoreUnavailableError);
    await expect(manager.revoke(session.id)).rejects.toThrow(SessionStoreUnavailableError);
    expect((await ask()).status).toBe(200);
    expect(nearCache.isLinkUp).toBe(true);

    await client.config('SET', 'save', '');
    expect(await manager.revoke(session.id)).not.toBeNull();
    await eventually(async () => (await ask()).status === 401);
  });
});
