import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { Observable, type Subscriber } from 'rxjs';
import { describeError } from '../common/describe-error.js';
import type { ThrottledLogger } from '../common/throttled-logger.js';
import { duplicateClient, whenReady } from '../store/redis-client.js';
import { RedisFailures } from '../store/redis-failures.js';
import { reply } from '../store/redis-reply.js';
import { SESSION_EVENTS_KEY } from '../store/redis-session.keys.js';
import { decodeEntry, type SessionEvent } from './session-event.js';

/** Time that a read waits for the next event before it is sent again, in milliseconds. */
const BLOCK = 2_000;

/** Time that Redis may stay silent beyond `BLOCK` before the connection counts as dead (ms). */
const GRACE = 1_000;

/** Maximum number of events per read. */
const BATCH = 100;

/** Pause before a failed read is retried, in milliseconds. */
const RETRY_DELAY = 500;

/** Pause before a read is retried that Redis has refused for lack of rights, in milliseconds. */
const REFUSED_RETRY_DELAY = 5_000;

const HOW_TO_GRANT = "Give the service's Redis user (%R~session-events +xread +xrevrange).";

/** An entry of the stream. The event is `null` where the entry holds something else. */
type Entry = readonly [position: string, event: SessionEvent | null];

/**
 * Reads the event stream over one connection for all followers of this process: a blocking read occupies its
 * connection. The connection is open while there are followers.
 */
export class SharedTail {
  #reading: Reading | null = null;
  /** Followers catch up one at a time: requests share the client's connection. */
  #turns: Promise<void> = Promise.resolve();

  /** @param latest Returns the position of the newest event. */
  constructor(
    private readonly client: Redis | Cluster,
    private readonly latest: () => Promise<string>,
    private readonly failures: ThrottledLogger,
  ) {}

  /** @param position Position of an event; `null` for the events from now on. */
  after(position: string | null): Observable<SessionEvent> {
    return new Observable((subscriber) => {
      const follower = new Follower(subscriber);
      const reading = (this.#reading ??= this.#read());
      reading.followers.add(follower);
      this.#turns = this.#turns.then(() => this.#catchUp(follower, position, reading));
      return () => {
        reading.followers.delete(follower);
        if (reading.followers.size > 0) return;
        reading.close();
        if (this.#reading === reading) this.#reading = null;
      };
    });
  }

  #read(): Reading {
    const timeouts = { commandTimeout: BLOCK + GRACE, socketTimeout: BLOCK + GRACE };
    const connection = duplicateClient(this.client, timeouts);
    const reading = new Reading(connection, RedisFailures.of(this.client).include(connection));
    reading.connection.once('end', () => {
      if (this.#reading === reading) this.#reading = null;
      reading.begin();
      for (const follower of [...reading.followers]) follower.complete();
    });
    // After the first follower has been added.
    queueMicrotask(() => void this.#pump(reading));
    return reading;
  }

  async #pump(reading: Reading): Promise<void> {
    let last: string | null = null;
    while (reading.followers.size > 0) {
      try {
        const failure = await whenReady(reading.connection, GRACE);
        if (failure) throw failure;
        last ??= await this.latest();
        reading.begin();
        for (const entry of await this.#entriesAfter(reading.connection, last, BLOCK)) {
          [last] = entry;
          for (const follower of [...reading.followers]) follower.take(entry);
        }
      } catch (error) {
        // The last follower has left, which closed the connection and failed the read.
        if (reading.followers.size === 0) return;
        await this.#afterFailure(error);
      }
    }
  }

  /** Reads the entries before the start of the shared read, then hands over to it. */
  async #catchUp(follower: Follower, position: string | null, reading: Reading): Promise<void> {
    let last = position;
    while (!follower.hasLeft) {
      try {
        last ??= await this.latest();
        await reading.begun;
        for (;;) {
          const entries = await this.#entriesAfter(this.client, last);
          if (entries.length === 0) break;
          for (const entry of entries) {
            follower.give(entry);
            [last] = entry;
          }
        }
        follower.goOnAfter(last);
        return;
      } catch (error) {
        if (follower.hasLeft as boolean) return;
        await this.#afterFailure(error);
      }
    }
  }

  /** Reports a failed read, and resolves when it is to be retried. */
  async #afterFailure(error: unknown): Promise<void> {
    const reason = describeError(error);
    if (!reason.includes('NOPERM')) {
      this.failures.report(error);
      await delay(RETRY_DELAY);
      return;
    }
    this.failures.report(
      new Error(`This service receives no session events: ${reason} ${HOW_TO_GRANT}`),
    );
    // Does not keep a process running whose followers have left.
    await delay(REFUSED_RETRY_DELAY, undefined, { ref: false });
  }

  /** @param block Time to wait for an entry, in milliseconds. By default the read does not wait. */
  async #entriesAfter(client: Redis | Cluster, last: string, block?: number): Promise<Entry[]> {
    const from = ['STREAMS', SESSION_EVENTS_KEY, last] as const;
    const streams = await reply(
      block === undefined
        ? client.xread('COUNT', BATCH, ...from)
        : client.xread('COUNT', BATCH, 'BLOCK', block, ...from),
    );
    return (streams?.[0]?.[1] ?? []).map(([position, fields]) => [
      position,
      decodeEntry(position, fields),
    ]);
  }
}

/** Connection that reads new entries, and its followers. */
class Reading {
  readonly followers = new Set<Follower>();
  /** Resolves when the start position of the shared read is known. */
  readonly begun: Promise<void>;
  begin: () => void = () => undefined;

  /** @param release Ends the observation of the connection's failures. */
  constructor(
    readonly connection: Redis | Cluster,
    private readonly release: () => void,
  ) {
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  close(): void {
    // Closing the connection fails the read that waits on it.
    this.release();
    this.connection.disconnect();
  }
}

/** Subscriber that receives each event once and in order. */
class Follower {
  /** Entries of the shared read that wait for the catch-up; `null` after it. */
  #waiting: Entry[] | null = [];
  /** Position that the catch-up has reached; `null` once the shared read has passed it. */
  #reached: string | null = null;

  constructor(private readonly subscriber: Subscriber<SessionEvent>) {}

  get hasLeft(): boolean {
    return this.subscriber.closed;
  }

  take(entry: Entry): void {
    if (this.#waiting) {
      this.#waiting.push(entry);
      return;
    }
    // The catch-up runs on another connection, so that the shared read may be behind it.
    if (this.#reached !== null && !isLater(entry[0], this.#reached)) return;
    this.#reached = null;
    this.give(entry);
  }

  give([, event]: Entry): void {
    if (event) this.subscriber.next(event);
  }

  goOnAfter(position: string): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    this.#reached = position;
    for (const entry of waiting) this.take(entry);
  }

  complete(): void {
    this.subscriber.complete();
  }
}

/** Positions are two numbers, each of up to 64 bits. */
function isLater(position: string, other: string): boolean {
  const [[time, count], [otherTime, otherCount]] = [position, other].map(numbersIn) as [
    [bigint, bigint],
    [bigint, bigint],
  ];
  return time === otherTime ? count > otherCount : time > otherTime;
}

function numbersIn(position: string): [bigint, bigint] {
  const [time = '0', count = '0'] = position.split('-');
  return [BigInt(time), BigInt(count)];
}
