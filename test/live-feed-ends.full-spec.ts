import { eventually } from '../tools/testing/eventually';
import { GatewaySystem } from './support/gateway-system';
import { FEEDS, type LiveFeed } from './support/live-feed';
import { liveFeedEnds } from './suites/live-feed-ends';
import { settingsFor } from './support/system';

liveFeedEnds('fastify');

describe('live feeds of a service that knows only the identity of a gateway', () => {
  let gateway: GatewaySystem;

  beforeAll(async () => {
    gateway = await GatewaySystem.start('express', { settings: settingsFor('gateway') });
  });
  afterAll(() => gateway.stop());

  it('end with the identity, and open again through the gateway while the session is live', async () => {
    const { origin: url, certificate: ca } = gateway.nginx;
    const cookie = gateway.cookie('carol');
    const open = async () => {
      const feeds: LiveFeed[] = [];
      for (const kind of ['stream', 'socket'] as const) {
        feeds.push(await FEEDS[kind].open({ url, cookie, ca }));
      }
      return feeds;
    };
    const feeds = await open();

    await eventually(() => feeds.every(({ ended }) => ended !== null), 90_000);
    expect(feeds.map(({ ended }) => ended)).toEqual(['ERR_SESSION_CHANNEL_UNVERIFIED', '1013']);

    for (const feed of await open()) feed.close();
    await gateway.system.logout(cookie ?? '');
    await expect(open()).rejects.toThrow('refused: 401');
  });
});
