import type { Agent } from 'node:http';
import { SERVICES, type GuardedTopology, type ServiceName } from '../../support/guarded-redis';
import type { System } from '../../support/system';
import { keepAliveAgent, knock, type Knock } from './knock';
import type { Visitor } from './visitor';

/** Requests a second, at all doors together. */
const RATE = 72;
/** How often it is looked whether requests are due, in milliseconds. */
const TICK = 5;
/** No more requests than these wait for an answer; it takes a machine that stalls to get there. */
const MOST_AT_ONCE = 1_000;

/** Visitors who knock at doors one after the other, at a steady rate whatever the answers are. */
export class Load {
  /** In the order of the answers. */
  readonly knocks: Knock[] = [];
  readonly #agent: Agent = keepAliveAgent();
  readonly #pending = new Set<Promise<void>>();
  readonly #startedAt = performance.now();
  readonly #ticks: NodeJS.Timeout;
  #sent = 0;

  /** @param services Whose doors are knocked at. */
  constructor(
    private readonly system: System<GuardedTopology>,
    /** Who is added knocks from then on. */
    readonly visitors: Visitor[],
    private readonly services: readonly ServiceName[] = SERVICES,
  ) {
    this.#ticks = setInterval(() => {
      this.#sendWhatIsDue();
    }, TICK);
  }

  /** Sends no more, and resolves when all is answered that was sent. */
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
