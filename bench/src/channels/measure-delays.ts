import { setTimeout as delay } from 'node:timers/promises';
import type { SessionManager } from 'nest-sessions/issuer';
import type { MeasuredRedis } from '../measure/measured-redis';
import type { ChannelsPlan } from './channels.plan';
import { GatewayTrial, signInMany } from './gateway-trial';
import type { GuardedVariant } from './gateway-variants';

/** Messages per second at load. */
export const PACE = 2_000;

/** Clients that send them. */
const SENDERS = 32;

/** Longest random pause between two revocations, in milliseconds. */
const MOST_PAUSE = 20;

export interface DelaysResult {
  readonly variant: GuardedVariant;
  /** Messages per second meanwhile; 0 without load. */
  readonly perSecond: number;
  /** Milliseconds from each call of `revoke()` to the close frame at the client. */
  readonly delays: readonly number[];
}

/** Revokes sessions in this process, whose sockets are open on a service of its own. */
export async function measureDelays(
  variant: GuardedVariant,
  isLoaded: boolean,
  redis: MeasuredRedis,
  manager: SessionManager,
  { revocations }: ChannelsPlan,
): Promise<DelaysResult> {
  const watched = await signInMany(manager, revocations);
  const senders = await signInMany(manager, SENDERS, (at) => `sender-${at}`);
  const trial = await GatewayTrial.start(variant, redis.url);
  const [watching, sending] = [trial.clientsOf(0), trial.clientsOf(1)];
  try {
    await trial.openOn(
      0,
      watched.map(({ token }) => token),
    );
    await trial.openOn(
      1,
      senders.map(({ token }) => token),
    );
    // Warms the code up, in both cases.
    await sending.call('pace', PACE);
    await delay(1_000);
    await sending.call('stopPace');
    if (isLoaded) await sending.call('pace', PACE);
    const delays: number[] = [];
    for (const [at, { session }] of watched.entries()) {
      // Spreads the revocations over the phases of the load.
      await delay(Math.random() * MOST_PAUSE);
      const closed = watching.call('closed', at);
      const begunAt = process.hrtime.bigint();
      await manager.revoke(session.id);
      delays.push(Number(BigInt(await closed) - begunAt) / 1e6);
    }
    const { messages, seconds } = await sending.call('stopPace');
    return { variant, perSecond: isLoaded ? messages / seconds : 0, delays };
  } finally {
    trial.stop();
  }
}
