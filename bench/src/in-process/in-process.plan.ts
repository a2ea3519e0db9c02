/** How long and how often each variant is measured without sockets. */
export interface InProcessPlan {
  /** Processes of each variant: what the JIT compiler makes of it differs from one to the next. */
  readonly processes: number;
  /** Milliseconds of requests before anything is measured. */
  readonly warmUp: number;
  /** Milliseconds of requests of which the CPU time is taken, for each number in flight. */
  readonly measured: number;
}

export const FULL_PLAN: InProcessPlan = { processes: 4, warmUp: 600, measured: 350 };

export const QUICK_PLAN: InProcessPlan = { processes: 2, warmUp: 400, measured: 200 };

/** In flight at once where Redis may answer many together. */
export const MANY = 32;
