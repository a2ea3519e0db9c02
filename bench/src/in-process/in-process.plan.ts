/** How long and how often each variant is measured without sockets. */
export interface InProcessPlan {
  /** Processes of each variant: what the JIT compiler makes of it differs from one to the next. */
  readonly processes: number;
  /** Requests before anything is measured: what is not compiled yet costs several times as much. */
  readonly warmUp: number;
  /** Milliseconds of requests of which the CPU time is taken, for each number in flight. */
  readonly measured: number;
}

export const FULL_PLAN: InProcessPlan = { processes: 3, warmUp: 12_000, measured: 350 };

export const QUICK_PLAN: InProcessPlan = { processes: 2, warmUp: 10_000, measured: 200 };

/** In flight at once where Redis may answer many together. */
export const MANY = 32;

/** What quick runs are about: what the near-cache adds to a whole request. */
export const QUICK_VARIANTS: readonly string[] = ['none', 'guard-true', 'direct', 'near'];

/** Milliseconds after which also what is slow counts as warm. */
export const LONGEST_WARM_UP = 2_500;
