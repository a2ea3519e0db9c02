declare module 'nest-sessions/audit' {
  interface SecurityEvents {
    /** A request is not in an accepted form, or comes from another site's page. Its content is not logged. */
    'request.refused': {
      readonly outcome: 'failure';
      readonly status: number;
      readonly code: string;
    };
  }
}

const REFUSALS: ReadonlySet<number> = new Set([400, 403, 413, 414, 415, 431]);

/**
 * Whether a status rejects a request that no client of ours sends. A request for a missing resource is not
 * included.
 */
export function isRefusal(status: number): boolean {
  return REFUSALS.has(status);
}
