import {
  MemorySessionStore,
  type Session,
  SessionIssuerModule,
  SessionManager,
  SessionModule,
} from 'nest-sessions';
import type { MessageEvent } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { lastValueFrom } from 'rxjs';
import { AdminEventsController } from './admin-events.controller';

describe('a stream of session events', () => {
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

  it('says that it is alive while nothing happens', async () => {
    await aWhile();

    expect(messages).toEqual([
      { type: 'heartbeat', data: '' },
      { type: 'heartbeat', data: '' },
    ]);
    expect(hasEnded).toBe(false);
  });

  it('ends with its session though the event of that was lost', async () => {
    await store.remove(session.id);

    await aWhile();

    expect(hasEnded).toBe(true);
    expect(messages).toEqual([]);
  });

  it('ends with the role though the event of that was lost', async () => {
    await store.update(session.id, (it) => it.with({ roles: [] }));

    await aWhile();

    expect(hasEnded).toBe(true);
  });

  it.each([
    ['the end', (manager: SessionManager) => manager.revoke(session.id)],
    ['a rotation', (manager: SessionManager) => manager.rotate(session.id)],
    ['the loss of the role', (manager: SessionManager) => manager.setRoles('u-1', ['orders'])],
  ])('ends with the event of %s of its session', async (_, act) => {
    await act(module.get(SessionManager, { strict: false }));

    expect(messages).toHaveLength(1);
    expect(hasEnded).toBe(true);
  });

  it('goes on when the roles change and admin stays', async () => {
    await module.get(SessionManager, { strict: false }).setRoles('u-1', ['admin', 'orders']);

    expect(messages).toHaveLength(1);
    expect(hasEnded).toBe(false);
  });

  it('completes at shutdown, and completes at once when opened after shutdown', async () => {
    const controller = module.get(AdminEventsController);
    await module.close();
    const late = await controller.follow(session, undefined);

    expect(hasEnded).toBe(true);
    expect(await lastValueFrom(late, { defaultValue: 'ended' })).toBe('ended');
  });
});
