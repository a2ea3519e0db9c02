import { decodeSession } from '../session/session-record.js';
import type { Session } from '../session/session.js';

/** Session as a {@link TransactionalSessionStore} keeps it: a row of a table, or a document. */
export interface StoredSession {
  /** Id of the session, the key of the row. */
  readonly id: string;
  /** Id of the user, for the index of their sessions. */
  readonly userId: string;
  /** Time at which the session ends at the latest, in epoch milliseconds. */
  readonly endsAt: number;
  /** Time at which the session ends unless it is used, in epoch milliseconds of the database's clock. */
  readonly idleEndsAt: number;
  /** JSON. */
  readonly record: string;
  /** JSON of the write-once attributes. */
  readonly attributes: string;
}

/** Values by service, then by name. */
type Attributes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Returns the session, unless it has ended or its record is malformed. */
export function sessionIn(stored: StoredSession | null, now: number): Session | null {
  if (stored === null || now >= Math.min(stored.endsAt, stored.idleEndsAt)) return null;
  return decodeSession(stored.id, stored.record);
}

export function attributesIn(
  { attributes }: StoredSession,
  service: string,
): ReadonlyMap<string, string> {
  return new Map(Object.entries((JSON.parse(attributes) as Attributes)[service] ?? {}));
}

export function withAttribute(
  stored: StoredSession,
  { service, name, value }: { service: string; name: string; value: string },
): StoredSession {
  const all = JSON.parse(stored.attributes) as Attributes;
  // Unlike assignment, computed names make '__proto__' a property like any other.
  const added = { ...all, [service]: { ...all[service], [name]: value } };
  return { ...stored, attributes: JSON.stringify(added) };
}

/** Returns an heir with a copy of the attributes of another session. */
export function withAttributesOf(heir: StoredSession, other: StoredSession): StoredSession {
  const own = JSON.parse(heir.attributes) as Attributes;
  const all = Object.entries(JSON.parse(other.attributes) as Attributes);
  const copied = all.map(([service, values]) => [service, { ...own[service], ...values }]);
  const attributes = JSON.stringify({ ...own, ...Object.fromEntries(copied) });
  return { ...heir, attributes };
}
