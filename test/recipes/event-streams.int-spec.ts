import type { INestApplication } from '@nestjs/common';
import { SessionChannels } from 'nest-sessions/channels';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { eventually } from '../../tools/testing/eventually.js';
import { FeedModule } from './event-streams/feed.module.js';
import { OrderFeed } from './event-streams/order-feed.js';
import { followOrders } from './event-streams/orders.page.js';

describe.each(httpAdapters)('the recipe for event streams on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    ({ app, url } = await listen(makeAdapter, {
      imports: [FeedModule, SessionTestingModule.forRoot()],
    }));
  });

  afterEach(() => app.close());

  const openChannels = () => app.get(SessionChannels, { strict: false }).size;

  it('streams the orders of the caller until the sign-out', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const response = await fetch(`${url}/orders/stream`, { headers: carol.headers });
    expect(response.status).toBe(200);
    await eventually(() => openChannels() === 1);
    const feed = app.get(OrderFeed);
    feed.place('another', { id: 1 });
    feed.place(carol.session.user.id, { id: 2 });

    await carol.revoke();

    const text = await response.text();
    expect(text).toContain('event: order\nid: 1\ndata: {"id":2}\n');
    expect(text).not.toContain('{"id":1}');
    expect(text).toMatch(/event: session-ended\nid: 2\ndata: .*"code":"ERR_SESSION_REQUIRED"/);
    await eventually(() => openChannels() === 0);
  });

  it('ends the stream with the role, and refuses the next', async () => {
    const carol = await signInAs(app, { roles: ['orders'] });
    const stream = () => fetch(`${url}/orders/stream`, { headers: carol.headers });
    const response = await stream();
    await eventually(() => openChannels() === 1);

    await carol.setRoles([]);

    expect(await response.text()).toContain('"code":"ERR_SESSION_ROLE_REQUIRED"');
    expect((await stream()).status).toBe(403);
  });
});

describe('the page of the recipe for event streams', () => {
  const endWith = (code: string): unknown[] => {
    const seen: unknown[] = [];
    const stream = new EventTarget();
    followOrders(stream, {
      onOrder: (order) => seen.push(order),
      onSignedOut: () => seen.push('signed out'),
    });
    const send = (type: string, data: object) =>
      stream.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
    send('order', { id: 2 });
    send('session-ended', { code });
    return seen;
  };

  it('shows orders, and asks for a sign-in after a sign-out only', () => {
    expect(endWith('ERR_SESSION_REQUIRED')).toEqual([{ id: 2 }, 'signed out']);
    expect(endWith('ERR_SESSION_ROLE_REQUIRED')).toEqual([{ id: 2 }]);
  });
});
