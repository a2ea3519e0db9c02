import { PacedRequests } from '../measure/paced-requests';
import type { BenchContext, Suite, SuiteResult } from '../suite';
import { checkTopologies } from './check-topologies';
import { CostMeter, type Measured } from './measure-costs';
import { measureLogouts } from './measure-logouts';
import { measureOutages } from './measure-outages';
import { NginxGateway } from './nginx-gateway';
import { callTopologies } from './service-calls';
import { FULL_PLAN, QUICK_PLAN, STEADY_RATE } from './topologies.plan';
import { type RequestRounds, topologiesReport } from './topologies.report';
import { TopologySystem } from './topology-system';

/** Compares the session sources of a service. */
export const topologiesSuite: Suite = {
  name: 'topologies',
  title: 'The three session sources side by side',
  isOnDemand: true,
  run,
};

async function run({ isQuick, log }: BenchContext): Promise<SuiteResult> {
  const plan = isQuick ? QUICK_PLAN : FULL_PLAN;
  const leftOut = NginxGateway.obstacle();
  if (leftOut !== null) log(`without nginx: ${leftOut}`);
  log('building and starting the auth, orders and products apps');
  const system = await TopologySystem.start(plan.callers);
  const load = PacedRequests.start();
  try {
    const tokens = { valid: await system.signIn('alice'), withoutRole: await system.signIn('bob') };
    await checkTopologies(system, tokens);
    log('every topology gives the expected answers');

    const meter = new CostMeter(system, load, log);
    const readings = system.topologies.map((topology) => ({
      ...topology,
      exchange: system.exchange(topology, tokens.valid),
      expected: 200,
    }));
    const ordering = callTopologies(system, plan.callers, await system.signIn('carol'));
    const warmUp = { perSecond: 'in turn', duration: plan.warmUp } as const;
    for (const one of [...readings, ...ordering]) await meter.measure(one, warmUp);

    // The calls below use it: its code must be as warm as that of the others.
    const signing = {
      name: 'the service that signs',
      exchange: system.exchangeWith('service', 'orders redis, signed', tokens.valid),
      expected: 200,
    };
    const reads = await meter.interleaved<Measured, RequestRounds>(
      [...readings, signing],
      plan,
      async (one) => ({
        inTurn: await meter.measure(one, { perSecond: 'in turn', duration: plan.inTurn }),
        steady: await meter.measure(one, { perSecond: STEADY_RATE, duration: plan.steady }),
      }),
    );
    const requests = new Map(readings.map((one) => [one, reads.get(one) ?? []]));
    log('requests measured');
    const calls = await meter.interleaved(ordering, plan, (one) =>
      meter.measure(one, { perSecond: 'in turn', duration: plan.calls }),
    );
    log('calls between services measured');
    system.endCounting();

    const logouts = await measureLogouts(system, plan, log);
    const outages = await measureOutages(system, tokens.valid, plan, log);
    return topologiesReport({ requests, calls, logouts, outages }, meter, leftOut);
  } finally {
    load.stop();
    await system.stop();
  }
}
