declare module 'nest-sessions' {
  interface SecurityEvents {
    /** What was sent is none of what is taken, or comes from another site's page. It is not told. */
    'request.refused': {
      readonly outcome: 'failure';
      readonly status: number;
      readonly code: string;
    };
  }
}

const REFUSALS: ReadonlySet<number> = new Set([400, 403, 413, 414, 415, 431]);

/** Whether somebody tries what no client of ours sends. Who looks for what is not there is not one of them. */
export function isRefusal(status: number): boolean {
  return REFUSALS.has(status);
}
