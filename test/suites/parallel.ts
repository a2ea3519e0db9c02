import { call } from '../support/http';
import { dump } from '../support/redis-dump';
import { idOf } from '../support/session-key';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, Source, System } from '../support/system';

export function parallel(adapter: Adapter, source: Source): void {
  describe(`under concurrency, on ${adapter} by ${source}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await sharedSystem(adapter, source);
    });

    it('serves 100 parallel requests of one session', async () => {
      const cookie = await system.signInLike('alice');
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => call(`${system.orders.url}/orders`, { cookie })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    });

    it('answers each of 100 parallel requests of two users for its own user', async () => {
      const users = [await system.createUser(), await system.createUser()] as const;
      const [alice, bob] = [await system.signIn(users[0]), await system.signIn(users[1])];
      const answers = await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const cookie = i % 2 === 0 ? alice : bob;
          const { text } = await call(`${system.auth.url}/auth/session`, { cookie });
          return (JSON.parse(text) as { user: { username: string } }).user.username;
        }),
      );
      answers.forEach((username, i) => {
        expect(username).toBe(users[i % 2]?.username);
      });
    });

    it('revokes a session permanently, despite 100 requests in flight', async () => {
      for (let round = 0; round < 5; round += 1) {
        const cookie = await system.signInLike('alice');
        const id = idOf(cookie);
        const knock = () => call(`${system.orders.url}/orders`, { cookie });
        const before = Array.from({ length: 50 }, knock);
        const logout = system.logout(cookie);
        const during = Array.from({ length: 50 }, knock);
        expect((await logout).status).toBe(204);
        // Sent after the answer to the logout: no service may authorize any of these requests.
        const after = await Promise.all(Array.from({ length: 20 }, knock));
        expect(new Set(after.map(({ status }) => status))).toEqual(new Set([401]));
        const statuses = (await Promise.all([...before, ...during])).map(({ status }) => status);
        for (const status of statuses) expect([200, 401]).toContain(status);
        expect(JSON.stringify(await dump(system.redis.url))).not.toContain(id);
      }
    });
  });
}
