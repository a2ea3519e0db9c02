import { Logger } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionEventsModule } from './session-events.module.js';
import {
  ada,
  expectCalls,
  from,
  Listener,
  listeningModules,
} from './test-support/listening-modules.js';

const start = listeningModules();
const inMemory = () => SessionModule.forRoot({ store: new MemorySessionStore() });
const issuing = () => SessionIssuerModule.forRoot({});

describe('@OnSessionEvent()', () => {
  it('calls methods for events of this process', async () => {
    await expectCalls(await start([inMemory(), issuing()]));
  });

  it('passes events that handlers cannot change', async () => {
    const app = await start([inMemory(), issuing()]);
    await from(app, SessionManager).create(ada);

    const [event] = from(app, Listener).all;
    expect(Object.isFrozen(event)).toBe(true);
  });

  it('logs which method failed, on which event and why', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const manager = from(await start([inMemory(), issuing()]), SessionManager);
    const { session } = await manager.create(ada);
    await manager.revoke(session.id);

    await eventually(() => errors.mock.calls.length === 3);
    expect(errors.mock.calls.flat().sort()).toEqual([
      "Listener.onTrouble failed on 'created': a handler that fails",
      "Listener.onTrouble failed on 'revoked': a handler that fails",
      "ListeningController.onCreated failed on 'created': another that fails",
    ]);
  });
});

describe('SessionEventsModule', () => {
  it('rejects an invalid start position', async () => {
    await expect(
      start([inMemory(), SessionEventsModule.forRoot({ after: 'yesterday' })]),
    ).rejects.toThrow(/'yesterday' is not a position/);
  });
});
