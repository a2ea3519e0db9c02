import { join } from 'node:path';
import {
  createSessionManager,
  type IssuedSession,
  type SessionManager,
} from 'nest-sessions/issuer';
import type { MeasuredRedis } from '../measure/measured-redis';
import { sessionContent } from '../servers/session-content';
import type { ClosedClients, GatewayClientsApi } from './gateway-clients.api';
import type { GatewayServiceApi } from './gateway-service.api';
import type { GatewayVariant } from './gateway-variants';
import { RemoteProcess } from './remote-process';

/** Processes with clients. */
const PARTS = 2;

/** Sign-ins in progress. */
const AT_ONCE = 50;

/** Sessions that the user of a ban may have at once. */
const MAX_PER_USER = 10_000;

/** A service with the gateway, and clients, each in processes of their own. */
export class GatewayTrial {
  readonly service: RemoteProcess<GatewayServiceApi>;
  readonly clients: readonly RemoteProcess<GatewayClientsApi>[];
  #port = 0;

  private constructor(
    readonly variant: GatewayVariant,
    redisUrl: string,
  ) {
    const script = join(__dirname, 'gateway-service.process.js');
    this.service = new RemoteProcess(script, [variant, redisUrl]);
    this.clients = Array.from(
      { length: PARTS },
      () => new RemoteProcess<GatewayClientsApi>(join(__dirname, 'gateway-clients.process.js'), []),
    );
  }

  static async start(variant: GatewayVariant, redisUrl: string): Promise<GatewayTrial> {
    const trial = new GatewayTrial(variant, redisUrl);
    try {
      trial.#port = await trial.service.call('listen');
      return trial;
    } catch (error) {
      trial.stop();
      throw error;
    }
  }

  /** Opens a client for each token, in turns on all processes. */
  async open(tokens: readonly (string | null)[]): Promise<void> {
    await Promise.all(
      this.clients.map((clients, part) => {
        const own = tokens.filter((_, at) => at % PARTS === part);
        return clients.call('open', { port: this.#port, tokens: own, part });
      }),
    );
  }

  /** Opens a client for each token, all on one process. */
  async openOn(part: number, tokens: readonly (string | null)[]): Promise<void> {
    await this.clientsOf(part).call('open', { port: this.#port, tokens, part });
  }

  /** Waits until all clients have received a close frame. */
  allClosed(): Promise<ClosedClients[]> {
    return Promise.all(this.clients.map((clients) => clients.call('allClosed')));
  }

  clientsOf(part: number): RemoteProcess<GatewayClientsApi> {
    const clients = this.clients[part];
    if (clients === undefined) throw new Error(`There are ${PARTS} processes with clients`);
    return clients;
  }

  stop(): void {
    for (const process of [this.service, ...this.clients]) process.stop();
  }
}

/** Creates the manager with which this process signs users in and out. */
export function managerOn(redis: MeasuredRedis): SessionManager {
  return createSessionManager(redis.client, { maxPerUser: MAX_PER_USER });
}

/** @param userOf Returns the user of the session with this number. */
export async function signInMany(
  manager: SessionManager,
  count: number,
  userOf: (at: number) => string = (at) => `user-${at}`,
): Promise<IssuedSession[]> {
  const content = sessionContent(true);
  const sessions: IssuedSession[] = [];
  let next = 0;
  const signInNext = async () => {
    while (next < count) {
      const at = next++;
      const user = { ...content.user, id: userOf(at) };
      sessions[at] = await manager.create({ ...content, user });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, signInNext));
  return sessions;
}
