import { Controller, Get, type INestApplication, Logger } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { SessionGatewayModule } from '../gateway/session-gateway.module.js';
import { KeyServer } from '../gateway/test-support/key-server.js';
import { Signer } from '../gateway/test-support/signer.js';
import type { Route } from '../guard/test-support/guarded.js';
import { SessionManager } from '../issuer/session.manager.js';
import { SessionRpcModule } from '../rpc/session-rpc.module.js';
import { CALLS, startAuth } from '../rpc/test-support/rpc-apps.js';
import { tcp, type Wire } from '../rpc/test-support/transports.js';
import { SessionModule } from '../session.module.js';
import { SessionSource } from '../source/session.source.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionChannels } from './session-channels.js';
import { SessionChannelsModule } from './session-channels.module.js';
import { OpenedChannel } from './test-support/opened-channel.js';

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

@Controller()
class FeedController {
  @Get('feed')
  feed(): string {
    return '';
  }
}

const FEED: Route = [FeedController, 'feed' as never];
const LIMIT = SessionChannelsModule.forRoot({ closeWithin: '5s' });

const running: INestApplication[] = [];
let lines: unknown[];

beforeEach(() => {
  const log = jest.spyOn(Logger.prototype, 'log').mockImplementation();
  jest.spyOn(Logger.prototype, 'error').mockImplementation();
  lines = log.mock.calls;
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
  jest.restoreAllMocks();
});

function channelsOf(app: INestApplication): SessionChannels {
  running.push(app);
  return app.get(SessionChannels, { strict: false });
}

describe('open channels of a service that asks another service for sessions', () => {
  let wire: Wire;
  let auth: INestApplication;
  let channels: SessionChannels;

  beforeEach(async () => {
    wire = await tcp();
    auth = await startAuth(wire.server, { store: new MemorySessionStore() });
    running.push(auth);
    const { app } = await listen(express, {
      imports: [
        SessionModule.forRoot({ service: 'orders' }),
        SessionCallsModule.forRoot(CALLS),
        SessionRpcModule.forRoot({ client: wire.client }),
        LIMIT,
      ],
    });
    channels = channelsOf(app);
  });

  async function open() {
    const manager = auth.get(SessionManager, { strict: false });
    const { session } = await manager.create({ user: { id: 'u-1', username: 'ada' }, roles: [] });
    return { manager, session, channel: new OpenedChannel(channels, session, FEED) };
  }

  it('close within the limit after the session has ended', async () => {
    const { manager, session, channel } = await open();
    const other = await open();

    await manager.revoke(session.id);

    await eventually(() => channel.reason !== null, 10_000);
    expect([channel.reason, other.channel.reason]).toEqual(['ERR_SESSION_REQUIRED', null]);
  });

  it('close within the limit while the other service is away', async () => {
    const { channel } = await open();

    running.splice(running.indexOf(auth), 1);
    await auth.close();

    await eventually(() => channel.reason !== null, 10_000);
    expect(channel.reason).toBe('ERR_SESSION_CHANNEL_UNVERIFIED');
  });

  it('have a line in the log about the missing signals', () => {
    expect(lines).toContainEqual([
      'This service receives no session events: an open channel is closed up to 5 s after its session has ended.',
    ]);
  });
});

describe('open channels of a service behind a gateway', () => {
  const keys = KeyServer.started();
  let signer: Signer;
  let app: INestApplication;
  let channels: SessionChannels;

  beforeAll(async () => {
    signer = await Signer.make();
  });

  beforeEach(async () => {
    keys.publish([signer.published]);
    ({ app } = await listen(express, {
      imports: [
        SessionModule.forRoot({ service: 'orders' }),
        SessionGatewayModule.forRoot({ keys: keys.url }),
        LIMIT,
      ],
    }));
    channels = channelsOf(app);
  });

  /** @param lifetime Seconds until the identity expires. */
  async function open(lifetime: number) {
    const iat = Math.floor(Date.now() / 1_000);
    const identity = await signer.identityOf(sampleSession(), { iat, exp: iat + lifetime });
    const headers = { 'x-session-identity': identity };
    const source = app.get(SessionSource, { strict: false });
    const session = await source.find({ headers });
    if (session === null) throw new Error('the identity is valid');
    return new OpenedChannel(channels, session, FEED, { headers });
  }

  it('close after the identity of their opening has expired, so that the client connects again', async () => {
    const channel = await open(2);

    await eventually(() => channel.reason !== null, 10_000);

    expect(channel.reason).toBe('ERR_SESSION_CHANNEL_UNVERIFIED');
  });

  it('have a line in the log about the identity', () => {
    expect(lines).toContainEqual([
      'This service cannot look sessions up: an open channel is closed up to 5 s after its signed identity has expired, and its client has to connect again.',
    ]);
  });
});
