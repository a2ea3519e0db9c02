import { eventually } from '../../tools/testing/eventually';
import { EventStream } from '../support/event-stream';
import { call, json } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System } from '../support/system';

export function events(adapter: Adapter): void {
  describe(`session events, on ${adapter}`, () => {
    let system: System;
    let admin: string;
    let adminId: string;
    const streams: EventStream[] = [];

    beforeAll(async () => {
      system = await sharedSystem(adapter);
    });
    beforeEach(async () => {
      const user = await system.createUserLike('admin');
      admin = await system.signIn(user);
      adminId = user.id;
    });
    afterEach(() => {
      for (const stream of streams.splice(0)) stream.close();
    });

    const open = async (lastEventId?: string) => {
      const stream = await EventStream.open(`${system.auth.url}/admin/events`, admin, {
        lastEventId,
      });
      streams.push(stream);
      return stream;
    };
    /** Returns the messages about one user: other users sign in and out meanwhile. */
    const of = (userId: string, { messages }: EventStream) =>
      messages.filter(({ data }) => data.userId === userId);

    it('are streamed to an administrator with their user, actor and reason', async () => {
      const stream = await open('0-0');
      expect(stream.response.statusCode).toBe(200);
      expect(stream.response.headers['content-type']).toContain('text/event-stream');
      const user = await system.createUserLike('bob');
      const bobId = user.id;

      const bob = await system.signIn(user);
      const put = { method: 'PUT', cookie: admin, body: { roles: ['products', 'orders'] } };
      await call(`${system.auth.url}/admin/users/${bobId}/roles`, put);
      await system.logout(bob);

      await eventually(() => of(bobId, stream).length === 3);
      const seen = of(bobId, stream);
      expect(seen.map(({ event }) => event)).toEqual(['created', 'rolesChanged', 'revoked']);
      expect(seen.map(({ data }) => [data.by, data.reason])).toEqual([
        [bobId, 'signed-in'],
        [adminId, null],
        [bobId, 'signed-out'],
      ]);
      expect(JSON.stringify(stream.messages)).not.toContain(bob);
      expect(JSON.stringify(stream.messages)).not.toContain(admin);
    });

    it('resume after the last received event', async () => {
      const stream = await open('0-0');
      await eventually(() => stream.messages.length > 0);
      const last = stream.messages.at(-1);
      stream.close();
      const user = await system.createUserLike('carol');
      const carolId = user.id;
      const carol = await system.signIn(user);

      const again = await open(last?.id);
      await system.logout(carol);

      await eventually(() => of(carolId, again).length === 2);
      expect(again.messages.map(({ id }) => id)).not.toContain(last?.id);
      expect(of(carolId, again).map(({ event }) => event)).toEqual(['created', 'revoked']);
    });

    it('stop when the session that requested them ends, with the reason', async () => {
      const stream = await open();

      await system.logout(admin);

      await eventually(() => stream.hasEnded);
      expect(stream.messages.at(-1)).toMatchObject({
        event: 'session-ended',
        data: { code: 'ERR_SESSION_REQUIRED' },
      });
    });

    it('stop when the administrator loses the role', async () => {
      const stream = await open();

      const put = { method: 'PUT', cookie: admin, body: { roles: ['orders'] } };
      await call(`${system.auth.url}/admin/users/${adminId}/roles`, put);

      await eventually(() => stream.hasEnded);
      expect(stream.messages.at(-1)).toMatchObject({
        event: 'session-ended',
        data: { code: 'ERR_SESSION_ROLE_REQUIRED' },
      });
    });

    it('are for administrators only', async () => {
      const bob = await system.signInLike('bob');
      const url = `${system.auth.url}/admin/events`;

      expect((await call(url)).status).toBe(401);
      expect((await call(url, { cookie: bob })).status).toBe(403);
    });

    it('are limited to ten streams per session', async () => {
      for (let i = 0; i < 10; i += 1) expect((await open()).response.statusCode).toBe(200);
      const refused = await open();
      expect(refused.response.statusCode).toBe(429);

      streams[0]?.close();

      await eventually(async () => (await open()).response.statusCode === 200);
    });

    it('are rejected for an invalid event id', async () => {
      const answer = await call(`${system.auth.url}/admin/events`, {
        cookie: admin,
        headers: { 'last-event-id': 'yesterday' },
      });

      expect(answer.status).toBe(400);
      expect(json(answer)).toMatchObject({ code: 'ERR_EVENT_ID_INVALID' });
    });
  });
}

/** Runs in a system that is not shared, because it stops auth. */
export function eventsAtTheEnd(adapter: Adapter, systemOf: () => System): void {
  describe(`session events at shutdown, on ${adapter}`, () => {
    it('do not delay the shutdown of the service', async () => {
      const system = systemOf();
      const stream = await EventStream.open(
        `${system.auth.url}/admin/events`,
        await system.signIn('admin'),
      );

      await system.auth.stop();

      await eventually(() => stream.hasEnded);
      expect(await system.auth.exited).toEqual({ code: 0, signal: null });
    });
  });
}
