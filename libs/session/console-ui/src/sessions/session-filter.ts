/** Filter of the list of sessions, in the words of the API. An absent field accepts every session. */
export interface SessionFilter {
  /** Id of a user. */
  readonly user?: string;
  readonly role?: string;
  readonly ip?: string;
  /** RFC 3339. */
  readonly signedInBefore?: string;
  /** RFC 3339. */
  readonly signedInAfter?: string;
}

const FIELDS = ['user', 'role', 'ip', 'signedInBefore', 'signedInAfter'] as const;

/** Reads a filter from the query of an address. Empty fields count as absent. */
export function filterOfQuery(query: string): SessionFilter {
  const parameters = new URLSearchParams(query);
  const filter: Record<string, string> = {};
  for (const field of FIELDS) {
    const value = parameters.get(field)?.trim() ?? '';
    if (value !== '') filter[field] = value;
  }
  return filter;
}

/** Returns the query for an address, `''` without a filter. */
export function queryOfFilter(filter: SessionFilter): string {
  const parameters = new URLSearchParams();
  for (const field of FIELDS) {
    const value = filter[field];
    if (value !== undefined && value !== '') parameters.set(field, value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

export function isEmptyFilter(filter: SessionFilter): boolean {
  return queryOfFilter(filter) === '';
}

/** Whether the server has to read all sessions for this filter: only users have an index. */
export function needsScan({ user, ...others }: SessionFilter): boolean {
  return user === undefined && !isEmptyFilter(others);
}

/** Returns the filter in words, for a confirmation. */
export function filterWords(
  { user, role, ip, signedInBefore, signedInAfter }: SessionFilter,
  timeWords: (time: string) => string,
): string {
  const parts = [
    user === undefined ? null : `of the user ${user}`,
    role === undefined ? null : `with the role ${role}`,
    ip === undefined ? null : `from the address ${ip}`,
    signedInAfter === undefined ? null : `signed in after ${timeWords(signedInAfter)}`,
    signedInBefore === undefined ? null : `signed in before ${timeWords(signedInBefore)}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
