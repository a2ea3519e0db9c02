import { Test } from '@nestjs/testing';
import { SessionModule, SessionStore } from 'nest-sessions';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { MemorySessionStore } from 'nest-sessions/testing';

describe('SessionManager', () => {
  it('issues a session that the store finds', async () => {
    const testing = await Test.createTestingModule({
      imports: [
        SessionModule.forRoot({ store: new MemorySessionStore() }),
        SessionIssuerModule.forRoot({}),
      ],
    }).compile();
    const user = { id: 'u-1', username: 'ada' };
    const { session } = await testing
      .get(SessionManager, { strict: false })
      .create({ user, roles: ['orders'] });
    const found = await testing.get(SessionStore).find(session.id);
    expect(found?.user).toEqual(user);
    await testing.close();
  });
});
