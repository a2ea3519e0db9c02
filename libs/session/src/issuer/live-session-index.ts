import { performance } from 'node:perf_hooks';
import type { Cluster, Redis } from 'ioredis';
import { inBatches } from '../common/in-batches.js';
import type { Session } from '../session/session.js';
import { replies, reply } from '../store/redis-reply.js';
import { LIVE_SESSION_WIDTHS_KEY, liveSessionsKey } from '../store/redis-session.keys.js';
import { comparePositions, type SessionPosition } from '../store/session-position.js';
import { isSessionId } from '../token/session-token.js';
import { ADD_LIVE_SESSION } from './add-live-session.script.js';
import { endOf, type LiveWindow, startOf, widthFor, windowAt } from './live-window.js';

/** Fields of a session that determine its entry. Neither changes, except in a superseded session. */
export type IndexedSession = Pick<Session, 'id' | 'createdAt' | 'absoluteExpiresAt'>;

/** Time after which a process names a width in the directory again, in milliseconds. */
const DIRECTORY_INTERVAL = 60_000;

/** Minimum time for which a list outlives its window (ms): clocks of processes may differ. */
const SLACK = 60_000;

/** Number of commands at once. Each takes Redis a few microseconds. */
const AT_ONCE = 500;

/**
 * Number of entries that one command reads, in about a millisecond. Entries of a list move up when one before them is
 * removed, so that a second command may miss one: six million sessions of equal lifetimes need no second command.
 */
const ENTRIES_AT_ONCE = 10_000;

/** Width that this process has named in the directory. */
interface NamedWidth {
  /** Latest absolute expiry that the directory covers (epoch milliseconds). */
  readonly latest: number;
  /** Time to name the width again, in monotonic milliseconds. */
  readonly dueAt: number;
}

/** Number of windows whose lengths a walk reads first; each next read is twice as long. */
const WINDOWS_AT_FIRST = 32;

/**
 * Index of all live sessions in Redis, by absolute expiry. Each {@link LiveWindow} has a list, so that the
 * sessions are spread over the slots of a Cluster, in some 54 bytes for each. A directory names the lengths of
 * the windows in use.
 *
 * An entry may outlive its session if a process dies between two commands: readers check the session, and
 * remove the entry.
 */
export class LiveSessionIndex {
  readonly #named = new Map<number, NamedWidth>();

  constructor(private readonly client: Redis | Cluster) {}

  /**
   * Adds a session.
   *
   * @param isNew Whether the index cannot contain the session yet.
   */
  async add(session: IndexedSession, isNew: boolean): Promise<void> {
    const window = windowOf(session);
    const timeToLive = endOf(window) - Date.now() + SLACK;
    // Sent together: the directory costs no round trip.
    await Promise.all([
      this.#name(window, session.absoluteExpiresAt),
      reply(
        this.client.eval(
          ADD_LIVE_SESSION,
          1,
          liveSessionsKey(window),
          entryOf(session),
          timeToLive,
          isNew ? 1 : 0,
        ),
      ),
    ]);
  }

  /** Removes a session. */
  async remove(session: IndexedSession): Promise<void> {
    await this.#removeEntry(windowOf(session), session);
  }

  /** Removes a session of unknown lifetime: it lies in a window of one of the widths in use. */
  async removeAt(position: SessionPosition): Promise<void> {
    const widths = await reply(this.client.zrange(LIVE_SESSION_WIDTHS_KEY, '0', '-1'));
    for (const width of widths) {
      await this.#removeEntry(windowAt(Number(width), position.absoluteExpiresAt), position);
    }
  }

  /** Returns the number of entries whose absolute expiry has not passed. */
  async count(): Promise<number> {
    const now = Date.now();
    let total = 0;
    for await (const { window, length } of this.#filled(now, Infinity, AT_ONCE)) {
      if (startOf(window) > now) total += length;
      else total += (await this.#read(window)).filter((it) => it.absoluteExpiresAt > now).length;
    }
    return total;
  }

  /**
   * Emits the entries after a position in batches, in the order of {@link comparePositions}. Entries that are
   * added meanwhile may be missing.
   *
   * @param after `null` for all entries.
   */
  async *after(after: SessionPosition | null): AsyncGenerator<IndexEntry[]> {
    const now = Date.now();
    let waiting: IndexEntry[] = [];
    for await (const { window } of this.#filled(now, after?.absoluteExpiresAt)) {
      // Windows of different lengths overlap: an entry waits until no later window can contain one before it.
      const isReady = (it: IndexEntry) => it.absoluteExpiresAt >= endOf(window);
      const ready = waiting.filter(isReady);
      if (ready.length > 0) yield ready;
      waiting = waiting.filter((it) => !isReady(it));
      for (const entry of await this.#read(window)) {
        const isLater = after === null || comparePositions(after, entry) < 0;
        if (isLater && entry.absoluteExpiresAt > now) waiting.push(entry);
      }
      waiting.sort(comparePositions);
    }
    if (waiting.length > 0) yield waiting;
  }

  /** Removes an entry that {@link after} has emitted. */
  async drop(entry: IndexEntry): Promise<void> {
    await this.#removeEntry(entry.window, entry);
  }

  async #removeEntry(window: LiveWindow, session: SessionPosition): Promise<void> {
    await reply(this.client.lrem(liveSessionsKey(window), 1, entryOf(session)));
  }

  /** Names the width of a window in the directory, with the first entry and then from time to time. */
  async #name({ width }: LiveWindow, until: number): Promise<void> {
    const now = performance.now();
    const named = this.#named.get(width);
    if (named && now < named.dueAt && until <= named.latest) return;
    // Covers the entries that are added before the width is named again.
    const latest = until + 2 * DIRECTORY_INTERVAL;
    const timeToLive = latest - Date.now() + SLACK;
    await replies(
      this.client
        .multi()
        .zadd(LIVE_SESSION_WIDTHS_KEY, 'GT', latest, String(width))
        .pexpire(LIVE_SESSION_WIDTHS_KEY, timeToLive, 'NX')
        .pexpire(LIVE_SESSION_WIDTHS_KEY, timeToLive, 'GT')
        .exec(),
    );
    this.#named.set(width, { latest, dueAt: now + DIRECTORY_INTERVAL });
  }

  /**
   * Emits the lists that have entries with their lengths, the latest window first. A walk seldom needs all of
   * them.
   *
   * @param until Latest absolute expiry of interest (epoch milliseconds).
   * @param atFirst Number of lengths to read first.
   */
  async *#filled(
    now: number,
    until = Infinity,
    atFirst = WINDOWS_AT_FIRST,
  ): AsyncGenerator<{ window: LiveWindow; length: number }> {
    const windows = await this.#windows(now, until);
    for (let from = 0, atOnce = atFirst; from < windows.length; from += atOnce, atOnce *= 2) {
      const some = windows.slice(from, from + atOnce);
      const lengths = await inBatches(
        some,
        (window) => reply(this.client.llen(liveSessionsKey(window))),
        AT_ONCE,
      );
      for (const [i, window] of some.entries()) {
        const length = lengths[i] ?? 0;
        if (length > 0) yield { window, length };
      }
    }
  }

  /** Returns all windows that may have entries, the latest first. */
  async #windows(now: number, until: number): Promise<LiveWindow[]> {
    const named = await reply(
      this.client.zrangebyscore(LIVE_SESSION_WIDTHS_KEY, now, '+inf', 'WITHSCORES'),
    );
    const windows: LiveWindow[] = [];
    for (let i = 0; i < named.length; i += 2) {
      const width = Number(named[i]);
      const last = windowAt(width, Math.min(Number(named[i + 1]), until)).number;
      for (let { number } = windowAt(width, now); number <= last; number += 1) {
        windows.push({ width, number });
      }
    }
    return windows.sort((a, b) => endOf(b) - endOf(a));
  }

  async #read(window: LiveWindow): Promise<IndexEntry[]> {
    const entries: IndexEntry[] = [];
    for (let from = 0; ; from += ENTRIES_AT_ONCE) {
      const to = from + ENTRIES_AT_ONCE - 1;
      const texts = await reply(this.client.lrange(liveSessionsKey(window), from, to));
      entries.push(...texts.flatMap((text) => entryIn(text, window)));
      if (texts.length < ENTRIES_AT_ONCE) return entries;
    }
  }
}

/** Entry of the index. */
export interface IndexEntry extends SessionPosition {
  readonly window: LiveWindow;
}

/** Length of a session's id. In an entry, the time is before it. */
const ID_LENGTH = 43;

function entryOf({ id, absoluteExpiresAt }: SessionPosition): string {
  return absoluteExpiresAt.toString(36) + id;
}

function entryIn(text: string, window: LiveWindow): IndexEntry[] {
  const id = text.slice(-ID_LENGTH);
  const absoluteExpiresAt = Number.parseInt(text.slice(0, -ID_LENGTH), 36);
  return isSessionId(id) && Number.isSafeInteger(absoluteExpiresAt)
    ? [{ id, absoluteExpiresAt, window }]
    : [];
}

function windowOf({ createdAt, absoluteExpiresAt }: IndexedSession): LiveWindow {
  return windowAt(widthFor(absoluteExpiresAt - createdAt), absoluteExpiresAt);
}
