import type { SessionManager } from 'nest-sessions/issuer';
import { interleaved } from '../measure/interleaved';
import type { MeasuredRedis } from '../measure/measured-redis';
import { median } from '../measure/median';
import type { ChannelsPlan } from './channels.plan';
import { GatewayTrial, signInMany } from './gateway-trial';
import { GATEWAY_VARIANTS, type GatewayVariant } from './gateway-variants';

/** Clients, each with one message in flight. */
const CLIENTS = 32;

/** Messages that warm the code up, in milliseconds. */
const WARM_UP = 3_000;

interface Round {
  readonly perSecond: number;
  /** CPU of the service for each message, in microseconds. */
  readonly cpu: number;
  /** Redis commands for each message. */
  readonly commands: number;
}

export interface MessagesResult extends Round {
  readonly variant: GatewayVariant;
  readonly rounds: readonly Round[];
}

/** Measures messages that a handler echoes, on all applications in turns. */
export async function measureMessages(
  redis: MeasuredRedis,
  manager: SessionManager,
  { messageRounds, round }: ChannelsPlan,
): Promise<MessagesResult[]> {
  const trials: GatewayTrial[] = [];
  try {
    for (const variant of GATEWAY_VARIANTS) {
      const trial = await GatewayTrial.start(variant, redis.url);
      trials.push(trial);
      const sessions = await signInMany(manager, CLIENTS);
      await trial.openOn(
        0,
        sessions.map(({ token }) => token),
      );
    }
    for (const trial of trials) await measureRound(trial, redis, WARM_UP);
    const measured = await interleaved(trials, messageRounds, (trial) =>
      measureRound(trial, redis, round),
    );
    return [...measured].map(([{ variant }, rounds]) => ({
      variant,
      perSecond: median(rounds.map(({ perSecond }) => perSecond)),
      cpu: median(rounds.map(({ cpu }) => cpu)),
      commands: median(rounds.map(({ commands }) => commands)),
      rounds,
    }));
  } finally {
    for (const trial of trials) trial.stop();
  }
}

async function measureRound(
  trial: GatewayTrial,
  redis: MeasuredRedis,
  milliseconds: number,
): Promise<Round> {
  const { service } = trial;
  const usage = await redis.usage();
  const cpuBefore = await service.call('cpu');
  const { messages, seconds } = await trial.clientsOf(0).call('saturate', milliseconds);
  const cpu = (await service.call('cpu')) - cpuBefore;
  const { commands } = await redis.since(usage);
  return { perSecond: messages / seconds, cpu: cpu / messages, commands: commands / messages };
}
