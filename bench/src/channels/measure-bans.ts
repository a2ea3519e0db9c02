import type { SessionManager } from 'nest-sessions/issuer';
import type { MeasuredRedis } from '../measure/measured-redis';
import type { ChannelsPlan } from './channels.plan';
import { GatewayTrial, signInMany } from './gateway-trial';
import type { GuardedVariant } from './gateway-variants';

/** Close code of a client without a live session. */
const ENDED = 4401;

export interface BanResult {
  readonly variant: GuardedVariant;
  /** Sessions of the user, over which the sockets are spread. */
  readonly sessions: number;
  /** Milliseconds until `revokeAll()` has returned. */
  readonly call: number;
  /** Milliseconds from the call to the last close frame that a client has received. */
  readonly closed: number;
  /** Longest stall of the service's event loop in milliseconds, meanwhile. */
  readonly stall: number;
}

/** Bans a user with many open sockets. */
export async function measureBan(
  variant: GuardedVariant,
  sessions: number,
  redis: MeasuredRedis,
  manager: SessionManager,
  { sockets }: ChannelsPlan,
): Promise<BanResult> {
  const user = 'banned-user';
  const issued = await signInMany(manager, sessions, () => user);
  const trial = await GatewayTrial.start(variant, redis.url);
  const { service } = trial;
  try {
    await trial.open(
      Array.from({ length: sockets }, (_, at) => issued[at % sessions]?.token ?? null),
    );
    await service.call('memory');
    await service.call('watchLoop');
    const closing = trial.allClosed();
    const begunAt = process.hrtime.bigint();
    await manager.revokeAll(user);
    const returnedAt = process.hrtime.bigint();
    const closed = await closing;
    const stall = await service.call('longestStall');
    const wrong = closed.flatMap(({ codes }) => codes).filter((code) => code !== ENDED);
    if (wrong.length > 0) throw new Error(`Clients were closed with ${wrong.join(', ')}`);
    const lastAt = Math.max(...closed.map(({ lastAt: at }) => Number(BigInt(at) - begunAt)));
    return {
      variant,
      sessions,
      call: Number(returnedAt - begunAt) / 1e6,
      closed: lastAt / 1e6,
      stall,
    };
  } finally {
    trial.stop();
  }
}
