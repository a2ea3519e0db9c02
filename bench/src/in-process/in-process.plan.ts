/** Duration and number of the rounds without sockets. */
export interface InProcessPlan {
  /** Processes of each variant: JIT code differs between processes. */
  readonly processes: number;
  /** Warm-up requests: code that is not compiled yet costs several times as much. */
  readonly warmUp: number;
  /** Rounds of each process, in turns with those of the other variants. */
  readonly rounds: number;
  /** Length of one round in milliseconds, for each number of requests in flight. */
  readonly round: number;
}

export const FULL_PLAN: InProcessPlan = { processes: 3, warmUp: 12_000, rounds: 7, round: 100 };

export const QUICK_PLAN: InProcessPlan = { processes: 1, warmUp: 12_000, rounds: 12, round: 100 };

/** Requests in flight where Redis may answer many together. */
export const MANY = 32;

/** Variants of quick runs, which show what the near-cache adds to a whole request. */
export const QUICK_VARIANTS: readonly string[] = ['none', 'guard-true', 'direct', 'near'];

/** Limit of the warm-up in milliseconds, for slow variants. */
export const LONGEST_WARM_UP = 1_500;
