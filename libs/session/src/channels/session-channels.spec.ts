import { Controller, Get } from '@nestjs/common';
import { Guarded, type Route } from '../guard/test-support/guarded.js';
import type { Session } from '../session/session.js';
import { StoredSessionSource } from '../source/stored-session.source.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { sessionIdOf } from '../token/session-token.js';
import { channelLimitsOf } from './channel.options.js';
import { SessionChannels } from './session-channels.js';
import { SessionVerifier } from './session-verifier.js';
import { OpenedChannel } from './test-support/opened-channel.js';

@Controller()
class FeedController {
  @Get()
  feed(): string {
    return '';
  }
}

const FEED: Route = [FeedController, 'feed' as never];

/** Store whose reads of sessions return in the order that a test chooses. */
class SlowStore extends MemorySessionStore {
  readonly reads: { readonly read: Session | null; readonly answer: () => void }[] = [];

  override async find(id: string): Promise<Session | null> {
    const read = await super.find(id);
    return new Promise((resolve) => {
      this.reads.push({
        read,
        answer: () => {
          resolve(read);
        },
      });
    });
  }
}

const turn = () => new Promise(setImmediate);

describe('reads of a session with open channels', () => {
  const store = new SlowStore();
  const guarded = new Guarded({ requiredRole: 'orders' }, store);
  const source = new StoredSessionSource(guarded.tokens, store);
  const channels = new SessionChannels(
    channelLimitsOf({}),
    guarded.guard,
    new SessionVerifier(source, store),
    source,
    guarded.log,
  );

  beforeEach(() => {
    store.reads.length = 0;
  });

  async function open() {
    const id = sessionIdOf(await guarded.signIn({ roles: ['orders'] }));
    const session = await store.inspect(id);
    if (session === null) throw new Error('the session was just stored');
    return { id, channel: new OpenedChannel(channels, session.session, FEED) };
  }

  it('ignore the answer to a read that began before the last answered read', async () => {
    const { id, channel } = await open();
    await turn();
    // Read before the role is given again, and answered after it.
    await store.update(id, (it) => it.with({ roles: [] }));
    channels.verify(id);
    await turn();
    await store.update(id, (it) => it.with({ roles: ['orders'] }));
    channels.verify(id);
    await turn();
    expect(store.reads.map(({ read }) => read?.roles)).toEqual([['orders'], [], ['orders']]);

    for (const { answer } of store.reads.reverse()) answer();
    await turn();

    expect(channel.reason).toBeNull();
    channel.leave();
  });

  it('close the channels by the answer to the last read', async () => {
    const { id, channel } = await open();
    await turn();
    await store.update(id, (it) => it.with({ roles: [] }));
    channels.verify(id);
    await turn();

    for (const { answer } of store.reads.reverse()) answer();
    await turn();

    expect(channel.reason).toBe('ERR_SESSION_ROLE_REQUIRED');
    expect(channels.size).toBe(0);
  });

  it('have no effect on a channel that was opened after the session has ended here', async () => {
    const { id, channel } = await open();
    await turn();
    channels.end(id);
    expect(channel.reason).toBe('ERR_SESSION_REQUIRED');

    for (const { answer } of store.reads) answer();
    await turn();

    expect(channels.size).toBe(0);
    expect(guarded.log.events.filter(({ event }) => event === 'channels.closed')).toHaveLength(2);
  });
});
