import { Controller, Injectable, type ModuleMetadata, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { eventually } from '../../../../../tools/testing/eventually.js';
import { type NewSession, SessionManager } from '../../issuer/session.manager.js';
import { silent } from '../../../test-support/http-adapters.js';
import { OnSessionEvent } from '../on-session-event.decorator.js';
import type { SessionEvent } from '../session-event.js';

export const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: [] };

/** Provider that keeps the events that its methods receive. */
@Injectable()
export class Listener {
  readonly all: SessionEvent[] = [];
  readonly ends: string[] = [];
  readonly turns: string[] = [];

  @OnSessionEvent()
  onAny(event: SessionEvent): void {
    this.all.push(event);
  }

  @OnSessionEvent('revoked', 'expired')
  onEnd({ type }: SessionEvent): void {
    this.ends.push(type);
  }

  @OnSessionEvent('created', 'revoked')
  async onTurn({ type }: SessionEvent): Promise<void> {
    this.turns.push(`${type} begins`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    this.turns.push(`${type} ends`);
  }

  @OnSessionEvent()
  onTrouble(): void {
    throw new Error('a handler that fails');
  }
}

@Controller()
export class ListeningController {
  readonly created: string[] = [];

  @OnSessionEvent('created')
  async onCreated({ userId }: SessionEvent): Promise<void> {
    await Promise.resolve();
    this.created.push(userId);
    throw new Error('another that fails');
  }
}

/** Starts Nest modules that listen to events, and closes them after each test. */
export function listeningModules(): (imports: ModuleMetadata['imports']) => Promise<TestingModule> {
  const modules: TestingModule[] = [];

  afterEach(async () => {
    for (const module of modules.splice(0)) await module.close();
    jest.restoreAllMocks();
  });

  return async (imports) => {
    const module = await Test.createTestingModule({
      imports,
      providers: [Listener],
      controllers: [ListeningController],
    })
      .setLogger(silent)
      .compile();
    await module.init();
    modules.push(module);
    return module;
  };
}

export const from = <T>(module: TestingModule, type: Type<T>): T =>
  module.get(type, { strict: false });

export const types = (events: readonly SessionEvent[]) => events.map(({ type }) => type);

/** Creates and revokes a session, and expects the calls of one app's methods. */
export async function expectCalls(app: TestingModule): Promise<void> {
  const manager = from(app, SessionManager);
  const { session } = await manager.create(ada);
  await manager.revoke(session.id);

  const listener = from(app, Listener);
  expect(types(listener.all)).toEqual(['created', 'revoked']);
  expect(listener.ends).toEqual(['revoked']);
  expect(from(app, ListeningController).created).toEqual(['u-1']);
  await eventually(() => listener.turns.length === 4);
  expect(listener.turns).toEqual([
    'created begins',
    'created ends',
    'revoked begins',
    'revoked ends',
  ]);
}
