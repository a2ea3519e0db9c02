import { setTimeout as delay } from 'node:timers/promises';
import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { interval, map, type Observable } from 'rxjs';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { OptionalSession } from '../roles/optional-session.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import { SessionStore } from '../store/session.store.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionChannels } from './session-channels.js';
import { SessionChannelsModule } from './session-channels.module.js';

@Controller('feed')
class FeedController {
  @Roles('orders')
  @Sse('orders')
  orders(): Observable<MessageEvent> {
    return interval(20).pipe(map((data) => ({ data: String(data) })));
  }

  @Sse('numbered')
  numbered(): Observable<MessageEvent> {
    return interval(20).pipe(map((data) => ({ id: `n-${data}`, data: String(data) })));
  }

  @OptionalSession()
  @Sse('public')
  open(): Observable<MessageEvent> {
    return interval(20).pipe(map((data) => ({ data: String(data) })));
  }
}

describe.each(httpAdapters)('an event stream on %s', (_name, makeAdapter) => {
  let service: ListeningApp;
  let manager: SessionManager;
  let channels: SessionChannels;

  beforeAll(async () => {
    service = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ store: new MemorySessionStore() }),
        SessionIssuerModule.forRoot({}),
        SessionChannelsModule.forRoot({}),
      ],
      controllers: [FeedController],
    });
    manager = service.app.get(SessionManager, { strict: false });
    channels = service.app.get(SessionChannels, { strict: false });
  });

  afterAll(() => service.app.close());

  async function signIn(roles: string[] = ['orders']) {
    const { user } = sampleSession();
    const { token, session } = await manager.create({ user, roles });
    return { session, headers: { authorization: `Bearer ${token}` } };
  }

  /** Opens a stream, and returns the text that it has sent until its end. */
  async function open(path: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${service.url}/feed/${path}`, { headers });
    expect(response.status).toBe(200);
    await eventually(() => channels.size > 0 || headers.authorization === undefined);
    return response;
  }

  it('ends with its session, and sends the reason as its last event', async () => {
    const { session, headers } = await signIn();
    const response = await open('orders', headers);
    await delay(50);

    await manager.revoke(session.id);

    const text = await response.text();
    expect(text).toContain('data: 0\n');
    expect(text).toMatch(
      /event: session-ended\nid: \d+\ndata: \{"status":"error","code":"ERR_SESSION_REQUIRED".*\n\n$/,
    );
    await eventually(() => channels.size === 0);
  });

  it('keeps the id of the last event of the handler, from which a client goes on', async () => {
    const { session, headers } = await signIn();
    const response = await open('numbered', headers);
    await delay(50);

    await manager.revoke(session.id);

    expect(await response.text()).toMatch(
      /id: (n-\d+)\ndata: \d+\n\nevent: session-ended\nid: \1\n/,
    );
  });

  it('ends when the session loses the role', async () => {
    const { session, headers } = await signIn(['orders', 'other']);
    const response = await open('orders', headers);

    await manager.setRoles(session.user.id, ['other']);

    expect(await response.text()).toContain('ERR_SESSION_ROLE_REQUIRED');
  });

  it('goes on while the session keeps the role', async () => {
    const { session, headers } = await signIn(['orders', 'other']);
    const response = await open('orders', headers);

    await manager.setRoles(session.user.id, ['orders']);
    await delay(100);

    expect(channels.size).toBe(1);
    await response.body?.cancel();
    await eventually(() => channels.size === 0);
  });

  it('ends when the application shuts down, and does not hold it', async () => {
    const { headers } = await signIn();
    const other = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ store: service.app.get(SessionStore, { strict: false }) }),
        SessionIssuerModule.forRoot({}),
        SessionChannelsModule.forRoot({}),
      ],
      controllers: [FeedController],
    });
    const response = await fetch(`${other.url}/feed/orders`, { headers });
    expect(response.status).toBe(200);

    const [text] = await Promise.all([response.text(), other.app.close()]);

    expect(text).not.toContain('session-ended');
  });

  it('of an anonymous client has no channel', async () => {
    const response = await open('public');

    expect(channels.size).toBe(0);
    await response.body?.cancel();
  });
});
