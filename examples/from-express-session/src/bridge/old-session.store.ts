import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import type { OldRedisClient } from '../before/old-redis.js';
import { OLD_MAX_AGE } from '../before/old-session.js';

declare module 'express-session' {
  interface SessionData {
    /** Id of the Nest session that has replaced this old session. */
    replacedBy?: string;
  }
}

type Done = (error: unknown, session?: SessionData | null) => void;

/** Mark of a session that ended without a replacement. */
const ENDED = 'ended';

/** The mark outlives every record that a late request may still save. */
const MARK_EXPIRATION = { type: 'EX', value: OLD_MAX_AGE / 1000 + 3600 } as const;

/**
 * connect-redis with an end that is final. A request that is under way may save its session after another
 * request has ended it. The mark next to the record makes such a record worthless, in every service with this
 * store.
 */
export class OldSessionStore extends RedisStore {
  constructor(private readonly redis: OldRedisClient) {
    super({ client: redis });
  }

  // #region replace
  /** Ends an old session in favor of a Nest session. Of several callers, exactly one gets `true`. */
  async replace(sid: string, sessionId: string): Promise<boolean> {
    const isFirst = await this.redis.set(markOf(sid), sessionId, {
      condition: 'NX',
      expiration: MARK_EXPIRATION,
    });
    if (isFirst === null) return false;
    await this.redis.del(this.prefix + sid);
    return true;
  }
  // #endregion replace

  /** Ends an old session. Returns the id of the Nest session that had replaced it, or `null`. */
  async end(sid: string): Promise<string | null> {
    const earlier = await this.redis.set(markOf(sid), ENDED, {
      expiration: MARK_EXPIRATION,
      GET: true,
    });
    await this.redis.del(this.prefix + sid);
    return earlier === ENDED ? null : earlier;
  }

  /** Ends all old sessions of a user. connect-redis has no index: this reads every old session. */
  async endAllOf(userId: string): Promise<void> {
    const pages = this.redis.scanIterator({ MATCH: `${this.prefix}*`, COUNT: 1000 });
    for await (const keys of pages) {
      await Promise.all(
        keys.map(async (key) => {
          const sid = key.slice(this.prefix.length);
          const session = (await super.get(sid)) as SessionData | null;
          if (session?.passport?.user === userId) await this.end(sid);
        }),
      );
    }
  }

  override async get(sid: string, done?: Done): Promise<SessionData | null> {
    try {
      const mark = await this.redis.get(markOf(sid));
      if (mark === null) return (await super.get(sid, done)) as SessionData | null;
      const session = mark === ENDED ? null : replacedSession(mark);
      done?.(null, session);
      return session;
    } catch (error) {
      if (done === undefined) throw error;
      done(error);
      return null;
    }
  }

  override async destroy(sid: string, done?: Done): Promise<void> {
    try {
      await this.end(sid);
      done?.(null);
    } catch (error) {
      if (done === undefined) throw error;
      done(error);
    }
  }
}

function markOf(sid: string): string {
  return `old-session-ended:${sid}`;
}

/** Session without a user, for a request that still sends the old cookie. */
function replacedSession(replacedBy: string): SessionData {
  return { cookie: { originalMaxAge: null }, replacedBy };
}
