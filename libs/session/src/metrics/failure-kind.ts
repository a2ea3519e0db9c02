/** Kinds of failures of the store and of Redis, by a pattern of the message of the error. The first match counts. */
const KINDS = [
  ['timeout', /timed? ?out|ETIMEDOUT/i],
  ['refused', /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND/],
  ['closed', /connection is closed|max retries per request|ECONNRESET|EPIPE|isn't writeable/i],
  ['rights', /NOPERM|NOAUTH|WRONGPASS/],
  ['read-only', /READONLY/],
  ['loading', /LOADING|MASTERDOWN/],
  ['cluster', /CLUSTERDOWN|TRYAGAIN|Cluster/],
  ['memory', /\bOOM\b/],
  ['disk', /MISCONF/],
  ['wrong-type', /WRONGTYPE/],
  ['replication', /replicas have confirmed|NOREPLICAS/],
] as const;

/** Kind of a failure of the store or of Redis. */
export type FailureKind = (typeof KINDS)[number][0] | 'other';

/** All kinds. */
export const FAILURE_KINDS: readonly FailureKind[] = [...KINDS.map(([kind]) => kind), 'other'];

/** Returns the kind of a failure: of the error, or of the first of its causes that has one. */
export function failureKindOf(error: unknown): FailureKind {
  for (let cause = error, depth = 0; isError(cause) && depth < 5; depth += 1) {
    const { message } = cause;
    // The message of the library's own error is the same for every kind.
    const kind = KINDS.find(([, pattern]) => pattern.test(message));
    if (kind) return kind[0];
    ({ cause } = cause);
  }
  return 'other';
}

/** Compares by structure: an error may come from another realm. */
function isError(value: unknown): value is Error {
  return typeof (Object(value) as { message?: unknown }).message === 'string';
}
