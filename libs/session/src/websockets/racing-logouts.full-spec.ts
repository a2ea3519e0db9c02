import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketGateway } from '@nestjs/websockets';
import fc from 'fast-check';
import { patiently } from '../../../../tools/redis/patience.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { createSessionManager } from '../issuer/create-session-manager.js';
import type { SessionManager } from '../issuer/session.manager.js';
import { Roles } from '../roles/roles.decorator.js';
import { ownRedis } from '../store/test-support/own-redis.js';
import { LIVE_PATH } from './test-support/live.gateway.js';
import { type LiveClient, openLiveClient } from './test-support/live-client.js';
import {
  LiveInstance,
  WEB_SOCKET_ADAPTERS,
  type WebSocketAdapterName,
} from './test-support/live-instance.js';

const ROUNDS = 200;

/** Longest pause before a step, in milliseconds: longer than a handshake takes. */
const MOST_PAUSE = 12;

/** Ways to end the access of a user. */
const ENDS = {
  logout: (manager: SessionManager, { id }: Visitor) => manager.revoke(id),
  ban: (manager: SessionManager, { user }: Visitor) => manager.revokeAll(user),
  'lost role': (manager: SessionManager, { user }: Visitor) => manager.setRoles(user, ['other']),
  rotation: (manager: SessionManager, { id }: Visitor) => manager.rotate(id),
};

const pause = fc.nat(MOST_PAUSE);
const rounds = fc.record({
  end: fc.constantFrom<keyof typeof ENDS>('logout', 'ban', 'lost role', 'rotation'),
  endsAfter: pause,
  /** Pause of each client. The clients connect to the instances in turns. */
  connects: fc.array(pause, { minLength: 1, maxLength: 4 }),
  /** Time between the decision of the guard and the connection. */
  acceptsAfter: pause,
  /** Whether clients are connected before the race, so that a near-cache holds the session. */
  isKnown: fc.boolean(),
});

type Round = typeof rounds extends fc.Arbitrary<infer T> ? T : never;

interface Visitor {
  readonly id: string;
  readonly user: string;
  readonly headers: Record<string, string>;
}

let acceptsAfter = 0;

const accept = (callback: (verdict: boolean) => void) => {
  setTimeout(() => {
    callback(true);
  }, acceptsAfter);
};

/** Gateway with a check of its own, which follows the guard: an end in between must not be lost. */
@WebSocketGateway({
  path: LIVE_PATH,
  verifyClient: (_info: unknown, callback: (isAllowed: boolean) => void) => {
    accept(callback);
  },
  allowRequest: (_request: unknown, callback: (error: null, isAllowed: boolean) => void) => {
    accept((isAllowed) => {
      callback(null, isAllowed);
    });
  },
})
@Roles('orders')
class SlowGateway {}

/** Two instances of a service, and the clients of a race. */
class Race {
  refused = 0;
  opened = 0;
  #users = 0;

  constructor(
    private readonly manager: SessionManager,
    private readonly instances: readonly LiveInstance[],
    private readonly adapter: WebSocketAdapterName,
  ) {}

  /** Waits until the instances receive signals: the connections for them open in the background. */
  async prepare(): Promise<void> {
    await eventually(async () => {
      const visitor = await this.#signIn();
      const clients = await this.#connectToAll(visitor);
      await this.manager.revoke(visitor.id);
      await delay(100);
      const isReady = this.#areAllClosed(clients);
      for (const client of clients) client.close();
      return isReady;
    });
  }

  /** @throws Error when a socket or a channel stays open */
  async run({ end, endsAfter, connects, isKnown, acceptsAfter: wait }: Round): Promise<void> {
    acceptsAfter = wait;
    const visitor = await this.#signIn();
    const clients = isKnown ? await this.#connectToAll(visitor) : [];
    const connecting = connects.map(async (connectsAfter, at) => {
      await delay(connectsAfter);
      await this.#connect(at, visitor).then(
        (client) => {
          clients.push(client);
          this.opened += 1;
        },
        () => {
          this.refused += 1;
        },
      );
    });
    const ending = delay(endsAfter).then((): Promise<unknown> => ENDS[end](this.manager, visitor));
    await Promise.all([...connecting, ending]);
    try {
      await eventually(() => this.#areAllClosed(clients), 10_000);
    } finally {
      for (const client of clients) client.close();
    }
  }

  async #signIn(): Promise<Visitor> {
    this.#users += 1;
    const user = { id: `u-${this.#users}`, username: `user${this.#users}` };
    const { token, session } = await this.manager.create({ user, roles: ['orders'] });
    return { id: session.id, user: user.id, headers: { authorization: `Bearer ${token}` } };
  }

  #connectToAll(visitor: Visitor): Promise<LiveClient[]> {
    return Promise.all(this.instances.map((_, at) => this.#connect(at, visitor)));
  }

  #connect(at: number, { headers }: Visitor): Promise<LiveClient> {
    const instance = this.instances[at % this.instances.length];
    return openLiveClient(this.adapter, instance?.url ?? '', headers);
  }

  #areAllClosed(clients: readonly LiveClient[]): boolean {
    return (
      clients.every(({ isOpen }) => !isOpen) &&
      this.instances.every(({ channels }) => channels.size === 0)
    );
  }
}

describe.each(WEB_SOCKET_ADAPTERS)(
  'connections by %s that race the end of their session',
  (adapter) => {
    const redis = ownRedis();

    it.each([
      ['session events', false],
      ['the near-cache', true],
    ])('leave no socket open on two instances with %s', async (_signals, nearCache) => {
      const manager = createSessionManager(redis.client);
      // Only the signals and the read at the opening close a channel: a lost race stays open for an hour.
      const start = () =>
        LiveInstance.start({
          adapter,
          gateway: SlowGateway,
          session: { redis: patiently(redis.url), nearCache },
          channels: { closeWithin: '1h' },
        });
      const instances = await Promise.all([start(), start()]);
      try {
        const race = new Race(manager, instances, adapter);
        await race.prepare();
        await fc.assert(
          fc.asyncProperty(rounds, (round) => race.run(round)),
          // A round that fails waits for a long time.
          { ...fuzzed(ROUNDS), endOnFailure: true },
        );
        // Both sides have won races.
        expect(race.refused).toBeGreaterThan(0);
        expect(race.opened).toBeGreaterThan(0);
      } finally {
        await Promise.all(instances.map((instance) => instance.close()));
      }
    });
  },
);
