import { eventually } from '../../../tools/testing/eventually';
import type { GuardedTopology } from '../../support/guarded-redis';
import type { System } from '../../support/system';
import type { Knock } from './knock';
import type { Load } from './load';
import { hasRecovered, recoveryTime } from './recovery';
import type { Visitor } from './visitor';

/** State and actions of a scenario while visitors send requests. */
export class Stage {
  #faultAt = performance.now();

  constructor(
    private readonly system: System<GuardedTopology>,
    private readonly load: Load,
  ) {}

  /** Visitors that send requests; an added visitor sends requests from then on. */
  get visitors(): Visitor[] {
    return this.load.visitors;
  }

  /** A visitor with access to every service. */
  get signedIn(): Visitor {
    const visitor = this.visitors.find((it) => it.name === 'signed in' && it.signedIn === 'yes');
    if (!visitor) throw new Error('The load has no signed-in visitor');
    return visitor;
  }

  /** Starts the measurement of the recovery. */
  faultIsNow(): void {
    this.#faultAt = performance.now();
  }

  /** Requests that were sent after the fault, with their answers. */
  get sinceFault(): Knock[] {
    return this.load.knocks.filter(({ sentAt }) => sentAt > this.#faultAt);
  }

  /** Waits until all visitors are served again at each route. */
  untilServed(): Promise<void> {
    return eventually(() => hasRecovered(this.load.knocks, this.#faultAt));
  }

  /** Waits until all visitors are served again and a sign-in succeeds. */
  async untilRecovered(): Promise<void> {
    await this.untilServed();
    await eventually(async () => {
      const { status } = await this.system.login('alice', 'alice-demo-password');
      return status === 200;
    });
  }

  /**
   * Ends a visitor's session, however long that takes; from then on no route may authorize the visitor.
   *
   * @param untilKept Waits until another failover could not lose the logout.
   */
  async signOut(
    visitor: Visitor,
    untilKept: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    visitor.signedIn = 'unknown';
    await eventually(async () => (await this.system.logout(visitor.token)).status === 204);
    await untilKept();
    visitor.signedIn = 'no';
  }

  get recovery(): number | null {
    return recoveryTime(this.load.knocks, this.#faultAt);
  }
}
