import { grouped } from '../measure/grouped';
import { rounded } from '../measure/rounded';
import type { Goal, Table } from '../suite';
import type { BytesByKind } from './fill';
import type { Cost, Operation } from './population';

/** Input of the capacity model, all of it measured. */
export interface CapacityFigures {
  /** Population from which the memory of the largest is predicted. */
  readonly reference: Measured;
  readonly largest: Measured;
  /** Resident memory of the Redis process, as a multiple of its allocated memory. */
  readonly residentRatio: number;
  /** Costs in the largest population. */
  readonly cost: Readonly<Record<Operation, Cost>>;
  /** CPU time of one password check, in microseconds. */
  readonly bcryptCpu: number;
}

interface Measured {
  readonly count: number;
  readonly bytes: BytesByKind;
  readonly keyBytes: number;
}

const GIB = 2 ** 30;

/** Assumptions about users and servers. The notes list them. */
const ASSUMED = {
  users: [1e6, 10e6, 100e6],
  sessionsPerUser: 2,
  requestsPerUserAndSecond: 0.01,
  /** Share of reads that also renew the idle timeout. */
  readsWithClockDue: 0.2,
  signInsPerUserAndDay: 2,
  /** Share of a day's sign-ins in its busiest hour. */
  busiestHour: 0.2,
  shardGib: 16,
  /** Share of a shard's memory and core that stays free. */
  headroom: 0.4,
  replicas: 1,
  /** Tolerance of a memory prediction. */
  tolerance: 0.1,
} as const;

const USABLE = 1 - ASSUMED.headroom;

/** Bytes of a session that spread over all shards: the list of watched sessions is one key. */
function spreadBytes({ bytes }: Measured): number {
  return bytes.record + bytes['idle clock'] + bytes.index;
}

/** Counts resident memory, which includes Redis' own reserve. */
function sessionsPerGib({ largest, residentRatio }: CapacityFigures): number {
  return GIB / ((largest.keyBytes / largest.count) * Math.max(1, residentRatio));
}

export function capacityTable(figures: CapacityFigures): Table {
  return {
    title: 'Capacity, computed from these figures',
    columns: [
      'users',
      'sessions',
      'GiB',
      'reads/s',
      'sign-ins/s',
      'shards for memory',
      'shards for CPU',
      'shards',
      'Redis servers',
      'cores for bcrypt',
      'watch list, GiB on one shard',
    ],
    rows: ASSUMED.users.map((users) => capacityFor(users, figures)),
  };
}

function capacityFor(users: number, figures: CapacityFigures): (string | number)[] {
  const { largest, cost, bcryptCpu, residentRatio } = figures;
  const sessions = users * ASSUMED.sessionsPerUser;
  const overhead = Math.max(1, residentRatio);
  const watched = sessions * largest.bytes['watch list'] * overhead;
  const bytes = sessions * spreadBytes(largest) * overhead + watched;
  const reads = users * ASSUMED.requestsPerUserAndSecond;
  const signIns = (users * ASSUMED.signInsPerUserAndDay * ASSUMED.busiestHour) / 3_600;
  const redisCores =
    (reads * readCpu(cost) + signIns * (cost['sign-in'].redisCpu + cost['sign-out'].redisCpu)) /
    1e6;
  const forMemory = Math.ceil(bytes / (ASSUMED.shardGib * GIB * USABLE));
  const forCpu = Math.ceil(redisCores / USABLE);
  const shards = Math.max(forMemory, forCpu);
  return [
    grouped(users),
    grouped(sessions),
    rounded(bytes / GIB),
    Math.round(reads),
    Math.round(signIns),
    forMemory,
    forCpu,
    shards,
    shards * (1 + ASSUMED.replicas),
    Math.ceil((signIns * bcryptCpu) / 1e6 / USABLE),
    rounded(watched / GIB),
  ];
}

/** Assumes that no two reads share a round trip: services have many connections with little load on each. */
function readCpu(cost: CapacityFigures['cost']): number {
  const due = ASSUMED.readsWithClockDue;
  return (
    cost['read alone, of many'].redisCpu * (1 - due) +
    cost['read alone, of many, clock due'].redisCpu * due
  );
}

/** Returns the goal that a smaller population predicts the memory of a larger one. */
export function capacityGoal({ reference, largest }: CapacityFigures): Goal {
  const predicted = (reference.keyBytes / reference.count) * largest.count;
  const off = predicted / largest.keyBytes - 1;
  return {
    what: `memory of ${grouped(largest.count)} sessions, predicted from ${grouped(reference.count)}`,
    target: `within ${ASSUMED.tolerance * 100} %`,
    measured: `${(predicted / GIB).toFixed(3)} GiB predicted, ${(largest.keyBytes / GIB).toFixed(3)} GiB used (${(off * 100).toFixed(1)} %)`,
    isMet: Math.abs(off) <= ASSUMED.tolerance,
  };
}

export function capacityNotes(figures: CapacityFigures): string[] {
  const { cost, bcryptCpu, residentRatio } = figures;
  const perSecond = (micros: number) => grouped(Math.floor(1e6 / micros));
  return [
    `One GiB holds ${grouped(Math.floor(sessionsPerGib(figures)))} sessions (counting resident memory, ${residentRatio.toFixed(2)} times the allocated memory). One core of Redis, fully used, serves ${perSecond(readCpu(cost))} reads/s under the assumptions below, ${perSecond(cost.read.redisCpu)} reads/s that share round trips and renew no idle timeout, ${perSecond(cost['sign-in'].redisCpu)} sign-ins/s or ${perSecond(cost['sign-out'].redisCpu)} sign-outs/s; one core of the auth app checks ${(1e6 / bcryptCpu).toFixed(1)} passwords/s (bcrypt, cost 12).`,
    `Assumed, not measured: ${ASSUMED.sessionsPerUser} sessions per user, all live; ${ASSUMED.requestsPerUserAndSecond} requests per user and second at the peak, read directly without shared round trips, ${ASSUMED.readsWithClockDue * 100} % of them with a renewal of the idle timeout; ${ASSUMED.signInsPerUserAndDay} sign-ins and sign-outs per user and day, ${ASSUMED.busiestHour * 100} % of them in the busiest hour; shards of ${ASSUMED.shardGib} GiB and one core, of both ${ASSUMED.headroom * 100} % left free; ${ASSUMED.replicas} replica for each.`,
    `The list of watched sessions and the events are in one slot of a Cluster, and so on one shard. If the last column approaches ${(ASSUMED.shardGib * USABLE).toFixed(1)} GiB, that shard must be larger than the others.`,
  ];
}
