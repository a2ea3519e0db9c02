import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type INestApplication, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { type SessionEvent, SessionEvents } from 'nest-sessions/events';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { eventually } from '../../tools/testing/eventually.js';
import { temporaryFolder } from '../../tools/testing/temporary-folder.js';
import { Administration } from './react-to-events/administration.js';
import { Carts } from './react-to-events/carts.js';
import { ShopModule } from './react-to-events/shop.module.js';
import { Statistics } from './react-to-events/statistics.js';
import { StatisticsModule } from './react-to-events/statistics.module.js';
import { recipeApps } from './support/recipe-apps.js';

@Module({
  imports: [SessionModule.forRoot({}), SessionIssuerModule.forRoot({})],
  providers: [Administration, Carts],
})
class AuthModule {}

describe('session events', () => {
  const start = recipeApps();
  const redis = startedRedis();
  const folder = temporaryFolder();
  let auth: INestApplication;
  let manager: SessionManager;

  const testing = () => SessionTestingModule.forRoot({ redis: redis.url });
  const signIn = (id: string) => manager.create({ user: { id, username: id }, roles: [] });

  beforeAll(async () => {
    auth = await start([AuthModule, testing()]);
    manager = auth.get(SessionManager);
  });

  describe('in the issuing app', () => {
    let carts: Carts;
    let carol: SignedInUser;

    beforeEach(async () => {
      carts = auth.get(Carts);
      carol = await signInAs(auth);
      carts.add(carol.session.id, 'tea');
    });

    it('reach a method of a provider', async () => {
      await carol.revoke();
      expect(carts.of(carol.session.id)).toEqual([]);
    });

    it('reach the method for an expired session', async () => {
      await carol.expire();
      expect(carts.of(carol.session.id)).toEqual([]);
    });

    it('name the new id of a rotated session', async () => {
      const rotated = await manager.rotate(carol.session.id);
      expect(carts.of(carol.session.id)).toEqual([]);
      expect(carts.of(rotated?.session.id ?? '')).toEqual(['tea']);
    });

    it('name the author and the reason', async () => {
      const events: SessionEvent[] = [];
      const subscription = auth.get(SessionEvents).all.subscribe((it) => events.push(it));
      await auth.get(Administration).endStolen(carol.session.id, 'admin-1');
      subscription.unsubscribe();
      const cause = { by: 'admin-1', reason: 'stolen-device' };
      expect(events).toMatchObject([{ type: 'revoked', ...cause }]);
    });
  });

  it('of the issuing app reach another service', async () => {
    const shop = await start([ShopModule, testing()]);
    const carts = shop.get(Carts);
    // The service first has to find the end of the log: it does not receive earlier events.
    const earlier: string[] = [];
    await eventually(async () => {
      const { session } = await signIn('u-1');
      carts.add(session.id, 'tea');
      earlier.push(session.id);
      await manager.revoke(session.id);
      return earlier.some((id) => carts.of(id).length === 0);
    });
    const { session } = await signIn('u-1');
    carts.add(session.id, 'tea');

    await manager.revoke(session.id);

    await eventually(() => carts.of(session.id).length === 0);
  });

  it('continue after a restart where the service stopped', async () => {
    const bookmark = join(folder(), 'bookmark');
    process.env.BOOKMARK_FILE = bookmark;
    const first = await start([StatisticsModule, testing()]);
    // A bookmark is the position of the last event: the service is up to date.
    await eventually(async () => {
      await signIn('u-1');
      const saved = await readFile(bookmark, 'utf8').catch(() => null);
      return saved === (await auth.get(SessionEvents).latest());
    });
    await first.close();
    for (let i = 0; i < 3; i += 1) await signIn('u-2');

    const second = await start([StatisticsModule, testing()]);

    const { signIns } = second.get(Statistics);
    await eventually(() => signIns.get('u-2') === 3);
    expect(Object.fromEntries(signIns)).toEqual({ 'u-2': 3 });
  });
});
