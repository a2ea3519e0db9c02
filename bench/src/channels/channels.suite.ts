import type { SessionManager } from 'nest-sessions/issuer';
import { MeasuredRedis } from '../measure/measured-redis';
import type { BenchContext, Suite, SuiteResult } from '../suite';
import { type ChannelsPlan, FULL_PLAN, QUICK_PLAN } from './channels.plan';
import { channelsReport } from './channels.report';
import { managerOn } from './gateway-trial';
import { GATEWAY_VARIANTS, type GuardedVariant } from './gateway-variants';
import { type BanResult, measureBans } from './measure-bans';
import { type DelaysResult, measureDelays } from './measure-delays';
import { measureMemory, type MemoryResult } from './measure-memory';
import { measureMessages } from './measure-messages';
import { requireOpenFiles } from './open-files';

const GUARDED: readonly GuardedVariant[] = ['direct', 'near-cached'];

/** Sessions of the banned user. */
const FEW_SESSIONS = 10;

export const channelsSuite: Suite = {
  name: 'channels',
  title: 'Open channels',
  isOnDemand: true,
  run,
};

async function run({ isQuick, log }: BenchContext): Promise<SuiteResult> {
  const plan = isQuick ? QUICK_PLAN : FULL_PLAN;
  requireOpenFiles(plan.sockets + plan.warmUpSockets);
  const redis = await MeasuredRedis.start();
  try {
    const manager = managerOn(redis);
    const messages = await measureMessages(redis, manager, plan);
    log('messages are measured');
    const delays = await allDelays(redis, manager, plan, log);
    const memory: MemoryResult[] = [];
    for (const variant of GATEWAY_VARIANTS) {
      memory.push(await measureMemory(variant, redis, manager, plan));
      await redis.client.flushall();
      log(`memory of ${variant} is measured`);
    }
    const bans = await allBans(redis, manager, plan, log);
    return channelsReport({ memory, bans, messages, delays }, plan);
  } finally {
    await redis.stop();
  }
}

async function allDelays(
  redis: MeasuredRedis,
  manager: SessionManager,
  plan: ChannelsPlan,
  log: BenchContext['log'],
): Promise<DelaysResult[]> {
  const results: DelaysResult[] = [];
  for (const isLoaded of [false, true]) {
    for (const variant of GUARDED) {
      results.push(await measureDelays(variant, isLoaded, redis, manager, plan));
      log(`${plan.revocations} revocations, ${variant}, ${isLoaded ? 'under load' : 'idle'}`);
    }
  }
  return results;
}

async function allBans(
  redis: MeasuredRedis,
  manager: SessionManager,
  plan: ChannelsPlan,
  log: BenchContext['log'],
): Promise<BanResult[]> {
  const results: BanResult[] = [];
  for (const sessions of [FEW_SESSIONS, plan.sockets]) {
    for (const variant of GUARDED) {
      results.push(await measureBans(variant, sessions, redis, manager, plan));
      log(`${plan.bans} bans of ${sessions} sessions, ${variant}`);
    }
  }
  return results;
}
