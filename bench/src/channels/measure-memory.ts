import { setTimeout as delay } from 'node:timers/promises';
import type { SessionManager } from 'nest-sessions/issuer';
import type { MeasuredRedis } from '../measure/measured-redis';
import type { ChannelsPlan } from './channels.plan';
import { GatewayTrial, signInMany } from './gateway-trial';
import type { GatewayVariant } from './gateway-variants';

/** Time for the reads that follow each opening, in milliseconds. */
const SETTLE = 2_000;

export interface MemoryResult {
  readonly variant: GatewayVariant;
  /** Bytes of the heap for each socket. */
  readonly heap: number;
  /** Bytes of the whole process for each socket. */
  readonly rss: number;
  /** Timers of the process before and after the sockets were opened. */
  readonly timersBefore: number;
  readonly timersAfter: number;
  /** Redis commands for each socket and minute, while no client sends anything. */
  readonly commandsPerMinute: number;
  /** CPU of the service meanwhile, in per cent of a core. */
  readonly cpu: number;
}

/** Measures open sockets on one application, each with a session of its own. */
export async function measureMemory(
  variant: GatewayVariant,
  redis: MeasuredRedis,
  manager: SessionManager,
  { sockets, warmUpSockets, idleTime }: ChannelsPlan,
): Promise<MemoryResult> {
  const count = sockets + warmUpSockets;
  const tokens =
    variant === 'bare'
      ? Array.from({ length: count }, () => null)
      : (await signInMany(manager, count)).map(({ token }) => token);
  const trial = await GatewayTrial.start(variant, redis.url);
  const { service } = trial;
  try {
    await trial.open(tokens.slice(0, warmUpSockets));
    await delay(SETTLE);
    const timersBefore = await service.call('timers');
    const before = await service.call('memory');
    await trial.open(tokens.slice(warmUpSockets));
    await delay(SETTLE);
    const timersAfter = await service.call('timers');
    const after = await service.call('memory');
    const cpuBefore = await service.call('cpu');
    const usage = await redis.usage();
    await delay(idleTime);
    const { commands } = await redis.since(usage);
    const cpu = (await service.call('cpu')) - cpuBefore;
    const open = await service.call('sockets');
    if (open !== count) throw new Error(`${variant}: ${open} of ${count} sockets are open`);
    return {
      variant,
      heap: (after.heap - before.heap) / sockets,
      rss: (after.rss - before.rss) / sockets,
      timersBefore,
      timersAfter,
      commandsPerMinute: (commands / count / idleTime) * 60_000,
      cpu: cpu / idleTime / 10,
    };
  } finally {
    trial.stop();
  }
}
