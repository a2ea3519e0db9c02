/** How long and how often each variant is measured without sockets. */
export interface InProcessPlan {
  /** Processes of each variant: what the JIT compiler makes of it differs from one to the next. */
  readonly processes: number;
  /** Requests before anything is measured: what is not compiled yet costs several times as much. */
  readonly warmUp: number;
  /** Of each process, in turns with those of the other variants. */
  readonly rounds: number;
  /** Milliseconds of requests in one round, for each number in flight. */
  readonly round: number;
}

export const FULL_PLAN: InProcessPlan = { processes: 3, warmUp: 12_000, rounds: 7, round: 100 };

export const QUICK_PLAN: InProcessPlan = { processes: 1, warmUp: 12_000, rounds: 12, round: 100 };

/** In flight at once where Redis may answer many together. */
export const MANY = 32;

/** What quick runs are about: what the near-cache adds to a whole request. */
export const QUICK_VARIANTS: readonly string[] = ['none', 'guard-true', 'direct', 'near'];

/** Milliseconds after which also what is slow counts as warm. */
export const LONGEST_WARM_UP = 1_500;
