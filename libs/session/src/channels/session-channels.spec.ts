import { Controller, Get } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually.js';
import { Guarded, type Route } from '../guard/test-support/guarded.js';
import type { Session, SessionFields } from '../session/session.js';
import { StoredSessionSource } from '../source/stored-session.source.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { sessionIdOf } from '../token/session-token.js';
import { type ChannelOptions, channelLimitsOf } from './channel.options.js';
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

function channelsOf(guarded: Guarded, options: ChannelOptions): SessionChannels {
  const { tokens, store, guard, log } = guarded;
  const source = new StoredSessionSource(tokens, store);
  const verifier = new SessionVerifier(source, store);
  return new SessionChannels(channelLimitsOf(options), guard, verifier, source, log);
}

const turn = () => new Promise(setImmediate);

describe('the timer of open channels', () => {
  it('closes them at the absolute timeout, without a read', async () => {
    const guarded = new Guarded();
    const channels = channelsOf(guarded, { closeWithin: '1h' });
    channels.onApplicationBootstrap();
    const open = async (fields: Partial<SessionFields>) => {
      const id = sessionIdOf(await guarded.signIn(fields));
      const found = await guarded.store.find(id);
      if (found === null) throw new Error('the session was just stored');
      return new OpenedChannel(channels, found, FEED);
    };
    const ending = await open({ absoluteExpiresAt: Date.now() + 500 });
    const other = await open({});
    await turn();
    guarded.store.find = () => Promise.reject(new Error('no session is read again'));

    await eventually(() => ending.reason !== null, 5_000);

    expect([ending.reason, other.reason]).toEqual(['ERR_SESSION_REQUIRED', null]);
    await channels.beforeApplicationShutdown();
  });
});

describe('reads of a session with open channels', () => {
  const store = new SlowStore();
  const guarded = new Guarded({ requiredRole: 'orders' }, store);
  const channels = channelsOf(guarded, {});

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
