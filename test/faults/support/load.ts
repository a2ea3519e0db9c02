import type { Agent } from 'node:http';
import { SERVICES, type GuardedTopology, type ServiceName } from '../../support/guarded-redis';
import type { System } from '../../support/system';
import { keepAliveAgent, knock, type Knock } from './knock';
import type { Visitor } from './visitor';

/** Requests per second, to all routes together. */
const RATE = 72;
/** Interval at which due requests are sent, in milliseconds. */
const TICK = 5;
/** Maximum number of pending requests; only a stalled machine reaches it. */
const MOST_AT_ONCE = 1_000;

/** Visitors that send requests to the routes in turn, at a steady rate regardless of the answers. */
export class Load {
  /** Requests in the order of their answers. */
  readonly knocks: Knock[] = [];
  readonly #agent: Agent = keepAliveAgent();
  readonly #pending = new Set<Promise<void>>();
  readonly #startedAt = performance.now();
  readonly #ticks: NodeJS.Timeout;
  #sent = 0;

  /** @param services Services that get requests. */
  constructor(
    private readonly system: System<GuardedTopology>,
    /** An added visitor sends requests from then on. */
    readonly visitors: Visitor[],
    private readonly services: readonly ServiceName[] = SERVICES,
  ) {
    this.#ticks = setInterval(() => {
      this.#sendWhatIsDue();
    }, TICK);
  }

  /** Stops sending, and resolves when all sent requests are answered. */
  async stop(): Promise<void> {
    clearInterval(this.#ticks);
    await Promise.all(this.#pending);
    this.#agent.destroy();
  }

  #sendWhatIsDue(): void {
    const due = ((performance.now() - this.#startedAt) * RATE) / 1_000;
    for (; this.#sent < due && this.#pending.size < MOST_AT_ONCE; this.#sent += 1) this.#send();
  }

  #send(): void {
    const { services, visitors } = this;
    const service = services[this.#sent % services.length];
    const visitor = visitors[Math.floor(this.#sent / services.length) % visitors.length];
    if (!service || !visitor) return;
    const pending = knock(this.system.doorOf(service), visitor, service, this.#agent).then((it) => {
      this.knocks.push(it);
      this.#pending.delete(pending);
    });
    this.#pending.add(pending);
  }
}
