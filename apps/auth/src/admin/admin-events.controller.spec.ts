import { type Session, SessionModule } from 'nest-sessions';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { MemorySessionStore } from 'nest-sessions/testing';
import type { MessageEvent } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { lastValueFrom } from 'rxjs';
import { AdminEventsController } from './admin-events.controller';

describe('the session event stream', () => {
  let store: MemorySessionStore;
  let module: TestingModule;
  let session: Session;
  let messages: MessageEvent[];
  let hasEnded: boolean;

  beforeEach(async () => {
    jest.useFakeTimers();
    store = new MemorySessionStore();
    module = await Test.createTestingModule({
      imports: [SessionModule.forRoot({ store }), SessionIssuerModule.forRoot({})],
      controllers: [AdminEventsController],
    }).compile();
    const user = { id: 'u-1', username: 'ada' };
    ({ session } = await module.get(SessionManager, { strict: false }).create({
      user,
      roles: ['admin'],
    }));
    messages = [];
    hasEnded = false;
    const stream = await module.get(AdminEventsController).follow(session, undefined);
    stream.subscribe({
      next: (message) => messages.push(message),
      complete: () => {
        hasEnded = true;
      },
    });
  });

  afterEach(async () => {
    await module.close();
    jest.useRealTimers();
  });

  const aWhile = () => jest.advanceTimersByTimeAsync(21_000);

  it('sends heartbeats while idle', async () => {
    await aWhile();

    expect(messages).toEqual([
      { type: 'heartbeat', data: '' },
      { type: 'heartbeat', data: '' },
    ]);
    expect(hasEnded).toBe(false);
  });

  it('ends after its session is removed, even if the event is lost', async () => {
    await store.remove(session.id);

    await aWhile();

    expect(hasEnded).toBe(true);
    expect(messages).toEqual([]);
  });

  it('ends after its session loses the admin role, even if the event is lost', async () => {
    await store.update(session.id, (it) => it.with({ roles: [] }));

    await aWhile();

    expect(hasEnded).toBe(true);
  });

  it.each([
    ['the end', (manager: SessionManager) => manager.revoke(session.id)],
    ['a rotation', (manager: SessionManager) => manager.rotate(session.id)],
    ['the loss of the role', (manager: SessionManager) => manager.setRoles('u-1', ['orders'])],
  ])('ends after emitting the event for %s of its session', async (_, act) => {
    await act(module.get(SessionManager, { strict: false }));

    expect(messages).toHaveLength(1);
    expect(hasEnded).toBe(true);
  });

  it('continues when the roles change but still include admin', async () => {
    await module.get(SessionManager, { strict: false }).setRoles('u-1', ['admin', 'orders']);

    expect(messages).toHaveLength(1);
    expect(hasEnded).toBe(false);
  });

  it('completes at shutdown, and immediately when opened after shutdown', async () => {
    const controller = module.get(AdminEventsController);
    await module.close();
    const late = await controller.follow(session, undefined);

    expect(hasEnded).toBe(true);
    expect(await lastValueFrom(late, { defaultValue: 'ended' })).toBe('ended');
  });
});
