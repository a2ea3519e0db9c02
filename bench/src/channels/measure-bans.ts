import { setTimeout as delay } from 'node:timers/promises';
import type { SessionManager } from 'nest-sessions/issuer';
import type { MeasuredRedis } from '../measure/measured-redis';
import { median } from '../measure/median';
import type { ChannelsPlan } from './channels.plan';
import { GatewayTrial, signInMany } from './gateway-trial';
import type { GuardedVariant } from './gateway-variants';

/** Time in which the stalls of a service without work are measured, in milliseconds. */
const IDLE_TIME = 2_000;

/** Close codes of a client without a live session, and of a client that was terminated. */
const ENDED = 4401;
const TERMINATED = 1006;

/** Figures of one ban; times in milliseconds. */
interface Ban {
  /** Until `revokeAll()` has returned. */
  readonly call: number;
  /** From the call to the last close frame that a client has received. */
  readonly closed: number;
  /** CPU time of the service, meanwhile. */
  readonly cpu: number;
  /** Number of clients without a close frame, which were too slow to answer. */
  readonly terminated: number;
  /** Longest stall of the service's event loop, meanwhile. */
  readonly stall: number;
  /** Longest stall before the ban, without work: the other processes of the machine cause it. */
  readonly idleStall: number;
}

/** Medians of several bans. */
export interface BanResult extends Ban {
  readonly variant: GuardedVariant;
  /** Sessions of the user, over which the sockets are spread. */
  readonly sessions: number;
  readonly bans: readonly Ban[];
}

/** Bans a user with many open sockets, several times. */
export async function measureBans(
  variant: GuardedVariant,
  sessions: number,
  redis: MeasuredRedis,
  manager: SessionManager,
  plan: ChannelsPlan,
): Promise<BanResult> {
  const bans: Ban[] = [];
  for (let n = 0; n < plan.bans; n++) {
    bans.push(await measureBan(variant, sessions, redis, manager, plan));
    await redis.client.flushall();
  }
  const of = (figure: keyof Ban) => median(bans.map((ban) => ban[figure]));
  return {
    variant,
    sessions,
    call: of('call'),
    closed: of('closed'),
    cpu: of('cpu'),
    terminated: of('terminated'),
    stall: of('stall'),
    idleStall: of('idleStall'),
    bans,
  };
}

async function measureBan(
  variant: GuardedVariant,
  sessions: number,
  redis: MeasuredRedis,
  manager: SessionManager,
  { sockets }: ChannelsPlan,
): Promise<Ban> {
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
    await delay(IDLE_TIME);
    const idleStall = await service.call('longestStall');
    const cpuBefore = await service.call('cpu');
    await service.call('watchLoop');
    const closing = trial.allClosed();
    const begunAt = process.hrtime.bigint();
    await manager.revokeAll(user);
    const returnedAt = process.hrtime.bigint();
    const closed = await closing;
    const stall = await service.call('longestStall');
    const cpu = (await service.call('cpu')) - cpuBefore;
    const wrong = closed
      .flatMap(({ codes }) => codes)
      .filter((code) => code !== ENDED && code !== TERMINATED);
    if (wrong.length > 0) throw new Error(`Clients were closed with ${wrong.join(', ')}`);
    const lastAt = Math.max(...closed.map(({ lastAt: at }) => Number(BigInt(at) - begunAt)));
    return {
      call: Number(returnedAt - begunAt) / 1e6,
      closed: lastAt / 1e6,
      cpu: cpu / 1e3,
      terminated: closed.reduce((sum, it) => sum + it.terminated, 0),
      stall,
      idleStall,
    };
  } finally {
    trial.stop();
  }
}
