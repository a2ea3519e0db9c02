/**
 * Names of attributes: those of the semantic conventions 1.45 where they have one, else with the prefix
 * `nest_sessions`. docs/reference/traces.md lists them.
 */
export const ATTRIBUTES = {
  errorType: 'error.type',
  httpRoute: 'http.route',
  rpcMethod: 'rpc.method',
  rpcSystem: 'rpc.system.name',
  sessionId: 'session.id',
  previousSessionId: 'session.previous_id',
  /** Code of a denial. */
  code: 'nest_sessions.code',
  /** Whether a session was found. */
  found: 'nest_sessions.found',
  /** `allowed`, `denied` or `failed`. */
  outcome: 'nest_sessions.outcome',
  /** Place of the session: `memory`, `redis`, `rpc`, `gateway` or `store`. */
  source: 'nest_sessions.source',
  /** `http`, `rpc`, `ws` or `graphql`. */
  transport: 'nest_sessions.transport',
} as const;
