import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { type Session, SessionModule } from 'nest-sessions';
import { SessionChannels, SessionChannelsModule } from 'nest-sessions/channels';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { MemorySessionStore } from 'nest-sessions/testing';
import { eventually } from '../../../../tools/testing/eventually';
import { AdminEventsController } from './admin-events.controller';

describe('the session event stream', () => {
  let app: INestApplication;
  let manager: SessionManager;
  let session: Session;
  let stream: Response;

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      imports: [
        SessionModule.forRoot({ store: new MemorySessionStore() }),
        SessionIssuerModule.forRoot({ rotationGrace: 0 }),
        SessionChannelsModule.forRoot({}),
      ],
      controllers: [AdminEventsController],
    }).compile();
    app = module.createNestApplication(new ExpressAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    manager = app.get(SessionManager, { strict: false });
    const user = { id: 'u-1', username: 'ada' };
    const created = await manager.create({ user, roles: ['admin'] });
    session = created.session;
    stream = await fetch(`${await app.getUrl()}/admin/events`, {
      headers: { authorization: `Bearer ${created.token}` },
    });
    await eventually(() => openStreams() === 1);
  });

  afterEach(() => app.close());

  const openStreams = () => app.get(SessionChannels, { strict: false }).size;

  it.each([
    ['the end', () => manager.revoke(session.id), 'ERR_SESSION_REQUIRED'],
    ['a rotation', () => manager.rotate(session.id), 'ERR_SESSION_REQUIRED'],
    [
      'the loss of the role',
      () => manager.setRoles('u-1', ['orders']),
      'ERR_SESSION_ROLE_REQUIRED',
    ],
  ])('ends after %s of its session with the reason', async (_, act, code) => {
    await act();

    const text = await stream.text();
    expect(text).toMatch(
      new RegExp(`event: session-ended\n(.*\n)?data: .*"code":"${code}".*\n\n$`),
    );
    await eventually(() => openStreams() === 0);
  });

  it('continues when the roles change but still include admin', async () => {
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await manager.setRoles('u-1', ['admin', 'orders']);
    let text = '';
    while (!text.includes('rolesChanged')) text += (await reader?.read())?.value ?? '';

    expect(openStreams()).toBe(1);
    await reader?.cancel();
    await eventually(() => openStreams() === 0);
  });
});
