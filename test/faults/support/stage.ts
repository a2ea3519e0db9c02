import { eventually } from '../../../tools/testing/eventually';
import type { GuardedTopology } from '../../support/guarded-redis';
import type { System } from '../../support/system';
import type { Knock } from './knock';
import type { Load } from './load';
import { hasRecovered, recoveryTime } from './recovery';
import type { Visitor } from './visitor';

/** What a scenario has at hand while visitors knock. */
export class Stage {
  #faultAt = performance.now();

  constructor(
    private readonly system: System<GuardedTopology>,
    private readonly load: Load,
  ) {}

  /** Those who knock; who is added knocks from then on. */
  get visitors(): Visitor[] {
    return this.load.visitors;
  }

  /** One of those who may enter everywhere. */
  get signedIn(): Visitor {
    const visitor = this.visitors.find((it) => it.name === 'signed in' && it.signedIn === 'yes');
    if (!visitor) throw new Error('nobody is signed in');
    return visitor;
  }

  /** The recovery is measured from here. */
  faultIsNow(): void {
    this.#faultAt = performance.now();
  }

  /** The answers to what was sent after the fault. */
  get sinceFault(): Knock[] {
    return this.load.knocks.filter(({ sentAt }) => sentAt > this.#faultAt);
  }

  /** Waits until everybody is served again at each door. */
  untilServed(): Promise<void> {
    return eventually(() => hasRecovered(this.load.knocks, this.#faultAt));
  }

  /** The same, and somebody signs in. */
  async untilRecovered(): Promise<void> {
    await this.untilServed();
    await eventually(async () => {
      const { status } = await this.system.login('alice', 'alice-demo-password');
      return status === 200;
    });
  }

  /**
   * Ends a visitor's session however long that takes; from then on no door may let them in.
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
