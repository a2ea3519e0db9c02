import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from '../measure/exchange';
import { capturedIdentity } from './measure-logouts';
import type { Topology } from './topology';
import type { TopologySystem } from './topology-system';

/** Milliseconds between two requests of a watch. */
const INTERVAL = 20;

/** Milliseconds of uninterrupted service after which a system counts as recovered. */
const CALM = 500;

/** Length of an outage that only has to show the answers, in milliseconds. */
const SHORT_OUTAGE = 500;

const OK = 200;

/** One answer. `null` is a refused or cut connection, or a missing answer. */
interface Sample {
  /** Monotonic milliseconds when the request was sent. */
  readonly sentAt: number;
  readonly took: number;
  readonly status: number | null;
}

/** Behaviour of one topology during an outage. */
export interface OutageFigures {
  readonly part: string;
  readonly name: string;
  /** Answers in order, those of the same status together, with their duration (ms). */
  readonly answers: readonly { readonly status: number | null; readonly lasted: number }[];
  /** Milliseconds. */
  readonly slowest: number;
  /** Milliseconds between the first answer of the part and regular service; `null` without recovery. */
  readonly servesAfter: number | null;
}

/** A part that can be stopped and restarted. */
interface Part {
  readonly name: string;
  /** Selects the topologies that need the part. */
  readonly concerns: (topology: Topology) => boolean;
  /** `true` when a service can go on for a while with cached data. */
  readonly isOutlived: boolean;
  readonly process: {
    kill(): Promise<void>;
    /** Resolves when the part answers. */
    restart(): Promise<void>;
  };
}

/** Length of an outage, and time limit of the recovery (ms). */
export interface OutagePlan {
  readonly outage: number;
  readonly recovery: number;
}

/** Measures the answers while Redis, auth or the gateway is away, and the time until service resumes. */
export async function measureOutages(
  system: TopologySystem,
  token: string,
  plan: OutagePlan,
  log: (line: string) => void,
): Promise<OutageFigures[]> {
  const figures: OutageFigures[] = [];
  for (const part of partsOf(system)) {
    figures.push(...(await measureOutage(system, token, part, plan)));
    log(`${part.name} was away`);
  }
  return figures;
}

function partsOf({ redis, auth, nginx }: TopologySystem): Part[] {
  const everybody = () => true;
  return [
    { name: 'Redis', concerns: everybody, isOutlived: true, process: redis },
    { name: 'auth', concerns: everybody, isOutlived: true, process: auth },
    ...(nginx === null
      ? []
      : [
          {
            name: 'nginx',
            concerns: ({ ingress }: Topology) => ingress === 'nginx',
            isOutlived: false,
            process: nginx,
          },
        ]),
  ];
}

async function measureOutage(
  system: TopologySystem,
  token: string,
  part: Part,
  { outage, recovery }: OutagePlan,
): Promise<OutageFigures[]> {
  const watches = [
    ...system.topologies
      .filter(part.concerns)
      .map((topology) => new Watch(topology.name, system, system.exchange(topology, token))),
    new Watch(
      'gateway, an identity that was captured',
      system,
      await capturedIdentity(system, token),
    ),
  ];
  try {
    await delay(CALM);
    await part.process.kill();
    const killedAt = performance.now();
    await delay(part.isOutlived ? outage : Math.min(outage, SHORT_OUTAGE));
    const restartingAt = performance.now();
    await part.process.restart();
    const restartedAt = performance.now();
    while (performance.now() - restartedAt < recovery && !watches.every((it) => it.isCalm)) {
      await delay(INTERVAL);
    }
    return watches.map((it) => it.figures(part.name, killedAt, restartingAt, restartedAt));
  } finally {
    await Promise.all(watches.map((it) => it.stop()));
  }
}

/** Sends a request repeatedly and records the answers. */
class Watch {
  readonly #samples: Sample[] = [];
  readonly #work: Promise<void>;
  #hasEnded = false;

  constructor(
    private readonly name: string,
    private readonly system: TopologySystem,
    private readonly exchange: Exchange,
  ) {
    this.#work = this.#run();
  }

  /** `true` after a period of uninterrupted service. */
  get isCalm(): boolean {
    const servesSince = this.#servesSince();
    return servesSince !== null && performance.now() - servesSince >= CALM;
  }

  async stop(): Promise<void> {
    this.#hasEnded = true;
    await this.#work;
  }

  figures(
    part: string,
    killedAt: number,
    restartingAt: number,
    restartedAt: number,
  ): OutageFigures {
    const during = this.#samples.filter(
      ({ sentAt, took }) => sentAt >= killedAt && sentAt + took <= restartingAt,
    );
    const servesSince = this.#servesSince();
    return {
      part,
      name: this.name,
      answers: runsOf(during, restartingAt),
      slowest: Math.max(0, ...during.map(({ took }) => took)),
      servesAfter: servesSince === null ? null : Math.max(0, servesSince - restartedAt),
    };
  }

  /** Returns the arrival time of the first answer of the uninterrupted service. */
  #servesSince(): number | null {
    const lastBad = this.#samples.findLastIndex(({ status }) => status !== OK);
    const first = this.#samples[lastBad + 1];
    return first === undefined ? null : first.sentAt + first.took;
  }

  async #run(): Promise<void> {
    while (!this.#hasEnded) {
      const sentAt = performance.now();
      const status = await this.system.ask(this.exchange).then(
        (answer) => answer.status,
        () => null,
      );
      this.#samples.push({ sentAt, took: performance.now() - sentAt, status });
      await delay(INTERVAL);
    }
  }
}

function runsOf(samples: readonly Sample[], end: number): OutageFigures['answers'] {
  const starts = samples.filter(({ status }, at) => status !== samples[at - 1]?.status || at === 0);
  return starts.map(({ status, sentAt }, at) => ({
    status,
    lasted: (starts[at + 1]?.sentAt ?? end) - sentAt,
  }));
}
