import { performance } from 'node:perf_hooks';
import { TimerLoop } from '../common/timer-loop.js';

/** Pause between two measurements, in milliseconds: clocks drift by less than a millisecond meanwhile. */
const INTERVAL = 15_000;

/** Readings of a measurement. The one with the shortest round trip counts. */
const READINGS = 3;

/**
 * Clock of Redis as this process knows it: its distance from the monotonic clock of this machine, measured by
 * Cristian's algorithm. It is wrong by at most half a round trip, whatever the machine's wall clock shows.
 */
export class RedisClock {
  /** Milliseconds; `null` while it is unknown. */
  #distance: number | null = null;
  readonly #loop = new TimerLoop({
    pause: () => INTERVAL,
    onFailure: () => {
      // The old distance would drift away from the truth.
      this.#distance = null;
    },
  });

  /**
   * @param read Reads the clock of Redis, in epoch milliseconds.
   * @param monotonic Returns monotonic milliseconds.
   */
  constructor(
    private readonly read: () => Promise<number>,
    private readonly monotonic: () => number = () => performance.now(),
  ) {}

  /** Measures now, and every 15 seconds. */
  start(): void {
    this.#loop.startNow(() => this.measure());
  }

  stop(): void {
    void this.#loop.stop();
  }

  /** Returns the time by the clock of Redis, in epoch milliseconds; `null` while it is unknown. */
  now(): number | null {
    return this.#distance === null ? null : this.monotonic() + this.#distance;
  }

  /** @throws the error of `read` */
  async measure(): Promise<void> {
    let shortest = Infinity;
    let distance = 0;
    for (let reading = 0; reading < READINGS; reading += 1) {
      const sentAt = this.monotonic();
      const time = await this.read();
      const roundTrip = this.monotonic() - sentAt;
      if (roundTrip >= shortest) continue;
      shortest = roundTrip;
      distance = time - (sentAt + roundTrip / 2);
    }
    this.#distance = distance;
  }
}
