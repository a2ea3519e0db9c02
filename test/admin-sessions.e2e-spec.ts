import { call, json } from './support/http';
import { sharedSystem } from './support/shared-systems';
import type { System } from './support/system';

interface Listed {
  readonly id: string;
  readonly user: { readonly id: string; readonly username: string };
  readonly roles: readonly string[];
  readonly ip: string | null;
  readonly current: boolean;
  readonly createdAt: string;
}

interface Page {
  readonly total: number;
  readonly sessions: readonly Listed[];
  readonly next: string | null;
  readonly examined: number;
}

describe('the list of all sessions', () => {
  let system: System;
  let admin: string;
  let url: string;

  beforeAll(async () => {
    system = await sharedSystem('express');
    admin = await system.signInLike('admin');
    url = `${system.auth.url}/admin/sessions`;
  });

  const page = async (query = '') => {
    const answer = await call(url + query, { cookie: admin });
    expect(answer.status).toBe(200);
    return json<Page>(answer);
  };
  const all = async (query: string) => {
    const sessions: Listed[] = [];
    let next: string | null = '';
    while (next !== null) {
      const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
      const part: Page = await page(`?${query}${after}`);
      sessions.push(...part.sessions);
      ({ next } = part);
    }
    return sessions;
  };

  it('is available to administrators only', async () => {
    const carol = await system.signInLike('carol');
    for (const { path = '', method = 'GET' } of [
      {},
      { path: '?role=orders', method: 'DELETE' },
      { path: `/${'x'.repeat(43)}`, method: 'DELETE' },
    ]) {
      expect((await call(url + path, { method, cookie: carol })).status).toBe(403);
      expect((await call(url + path, { method })).status).toBe(401);
    }
  });

  it('shows new sessions first, with user, roles and the true total', async () => {
    const user = await system.createUserLike('carol');
    const before = await page();
    await system.signIn(user);

    const { sessions, total } = await page('?limit=1');

    expect(total).toBe(before.total + 1);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({
      user: { id: user.id, username: user.username },
      roles: ['orders', 'orders:write', 'products'],
      current: false,
    });
  });

  it('lists each session once over pages, and marks the own session', async () => {
    const user = await system.createUser();
    for (let i = 0; i < 5; i += 1) await system.signIn(user);

    const listed = await all('limit=2');

    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    expect(listed.filter((it) => it.user.id === user.id)).toHaveLength(5);
    expect(listed.filter(({ current }) => current)).toHaveLength(1);
    expect(listed).toHaveLength((await page()).total);
  });

  it('filters by user, role, address and time of the sign-in', async () => {
    const user = await system.createUserLike('bob');
    await system.signIn(user);
    const [own] = await all(`user=${user.id}`);
    const { createdAt = '', ip } = own ?? {};
    const later = new Date(Date.parse(createdAt) + 1).toISOString();

    const found = async (query: string) => (await all(query)).some(({ id }) => id === own?.id);
    expect(await found('role=products')).toBe(true);
    expect(await found('role=orders')).toBe(false);
    expect(await found(`ip=${ip}`)).toBe(true);
    expect(await found('ip=203.0.113.1')).toBe(false);
    expect(await found(`signedInAfter=${createdAt}`)).toBe(true);
    expect(await found(`signedInAfter=${later}`)).toBe(false);
    expect(await found(`signedInBefore=${later}`)).toBe(true);
    expect(await found(`signedInBefore=${createdAt}`)).toBe(false);
    expect(await found(`user=${user.id}&role=orders`)).toBe(false);
  });

  it.each([
    '?rolle=orders',
    '?role=',
    '?limit=0',
    '?limit=1001',
    '?after=x',
    '?signedInBefore=yesterday',
    '?role=a&role=b',
  ])('refuses the query %s with 400', async (query) => {
    expect((await call(url + query, { cookie: admin })).status).toBe(400);
  });

  it('ends what a filter lists, on every service, and nothing else', async () => {
    const user = await system.createUserLike('carol');
    const other = await system.createUserLike('carol');
    const [a, b, kept] = [
      await system.signIn(user),
      await system.signIn(user),
      await system.signIn(other),
    ];

    const answer = await call(`${url}?user=${user.id}`, { method: 'DELETE', cookie: admin });

    expect([answer.status, json(answer)]).toEqual([200, { ended: 2 }]);
    expect(await system.statuses(a)).toEqual([401, 401, 401]);
    expect(await system.statuses(b)).toEqual([401, 401, 401]);
    expect(await system.statuses(kept)).toEqual([200, 200, 200]);
  });

  it('ends nothing without a filter', async () => {
    const answer = await call(url, { method: 'DELETE', cookie: admin });

    expect(answer.status).toBe(400);
    expect(json(answer).detail).toContain('at least one condition');
    expect((await page()).total).toBeGreaterThan(0);
  });

  it('shows who ended a session, when and why, page by page', async () => {
    const user = await system.createUserLike('bob');
    const [first, second] = [await system.signIn(user), await system.signIn(user)];
    await system.logout(first);
    await call(`${url}?user=${user.id}`, { method: 'DELETE', cookie: admin });
    expect(await system.statuses(second)).toEqual([401, 401, 401]);

    interface Ended {
      readonly events: readonly { readonly userId: string; readonly position: string }[];
      readonly next: string | null;
    }
    const ended = async (query: string) => {
      const answer = await call(`${system.auth.url}/admin/events/ended${query}`, { cookie: admin });
      return { status: answer.status, ...json<Ended>(answer) };
    };
    const { events } = await ended('');
    const own = events.filter(({ userId }) => userId === user.id);
    expect(own).toMatchObject([
      {
        type: 'revoked',
        username: user.username,
        byName: expect.stringMatching(/./) as string,
        reason: 'ended-by-administrator',
      },
      { type: 'revoked', username: user.username, byName: user.username, reason: 'signed-out' },
    ]);
    const page = await ended('?limit=1');
    expect(page.events).toEqual(events.slice(0, 1));
    expect((await ended(`?limit=1&before=${page.next}`)).events).toEqual(events.slice(1, 2));
    expect((await ended('?before=x')).status).toBe(400);
  });

  it('ends one session, and answers 404 for a session that is gone', async () => {
    const user = await system.createUserLike('carol');
    const token = await system.signIn(user);
    const [listed] = await all(`user=${user.id}`);
    const id = listed?.id ?? '';

    expect((await call(`${url}/${id}`, { method: 'DELETE', cookie: admin })).status).toBe(204);

    expect(await system.statuses(token)).toEqual([401, 401, 401]);
    for (const gone of [id, 'x', 'x'.repeat(43)]) {
      expect((await call(`${url}/${gone}`, { method: 'DELETE', cookie: admin })).status).toBe(404);
    }
  });
});
