import { atLeastTimes, atMost } from '../measure/ratio-goal';
import { rounded } from '../measure/rounded';
import type { Adapter } from '../servers/protection';
import type { Goal } from '../suite';
import type { HttpFigures } from './http-figures';
import { addedCpu, ADAPTER_NAMES } from './http.tables';

/** The rolling session middleware of each adapter, with the required ratios of CPU and throughput. */
const AGAINST_SESSIONS: Record<Adapter, { name: string; added: number; throughput: number }> = {
  express: { name: 'express-session + connect-redis, rolling', added: 4, throughput: 1.4 },
  fastify: { name: '@fastify/session + connect-redis, rolling', added: 6, throughput: 2.5 },
};

/** Redis commands per request with the near-cache: an occasional renewal of the idle timeout. */
const HARDLY_ANY = 0.01;

/** Round trips counted in addition to those of requests: pings and renewals of the idle timeout. */
const NOT_OF_REQUESTS = 0.05;

export function httpGoals(figures: readonly HttpFigures[]): Goal[] {
  return (['express', 'fastify'] as const).flatMap((adapter) => {
    const ofAdapter = figures.filter((it) => it.adapter === adapter);
    return [...directGoals(adapter, ofAdapter), ...nearGoals(adapter, ofAdapter)];
  });
}

function directGoals(adapter: Adapter, figures: readonly HttpFigures[]): Goal[] {
  const { name, added, throughput } = AGAINST_SESSIONS[adapter];
  const on = `on ${ADAPTER_NAMES[adapter]}`;
  const direct = figureOf(figures, 'direct');
  const rolling = figureOf(figures, 'session-rolling');
  const addedBy = (it: HttpFigures) => addedCpu(figures, it, 'saturated');
  return [
    atLeastTimes(`direct adds less CPU than ${name}`, added, addedBy(rolling), addedBy(direct)),
    atLeastTimes(
      `direct answers more requests/s than ${name}`,
      throughput,
      direct.saturated.throughput,
      rolling.saturated.throughput,
    ),
    roundTripGoal(on, direct, rolling),
    atMost(
      `direct: CPU added ${on}, no more than HS256 with a prepared key and a denylist`,
      Math.min(
        addedBy(figureOf(figures, 'jwt-denylist')),
        addedBy(figureOf(figures, 'jwt-denylist-pipelined')),
      ),
      addedBy(direct),
      'µs',
    ),
  ];
}

function roundTripGoal(on: string, direct: HttpFigures, rolling: HttpFigures): Goal {
  const theirs = rounded(rolling.roundTrips);
  return {
    what: `direct: round trips to Redis ${on}, where the rolling sessions make ${theirs}`,
    target: '1 per request',
    measured: `${rounded(direct.roundTrips, 2)} per request`,
    isMet: direct.roundTrips <= 1 + NOT_OF_REQUESTS && rolling.roundTrips >= 2 - NOT_OF_REQUESTS,
  };
}

function nearGoals(adapter: Adapter, figures: readonly HttpFigures[]): Goal[] {
  const near = figures.find(({ variant }) => variant === 'near');
  if (!near) return [];
  return [
    atMost(
      `near-cached: Redis commands on ${ADAPTER_NAMES[adapter]}`,
      HARDLY_ANY,
      near.saturated.redisCommands,
      'per request',
    ),
  ];
}

/** @throws Error when the run holds no such figure */
function figureOf(figures: readonly HttpFigures[], name: string): HttpFigures {
  const found = figures.find(({ variant }) => variant === name);
  if (!found) throw new Error(`${name} was not measured`);
  return found;
}
