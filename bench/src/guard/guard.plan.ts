/** How long and how often each guard is called. */
export interface GuardPlan {
  /** Milliseconds of calls before anything is measured. */
  readonly warmUp: number;
  readonly rounds: number;
  /** Milliseconds of one round, about. */
  readonly round: number;
}

export const FULL_PLAN: GuardPlan = { warmUp: 1_000, rounds: 60, round: 40 };

export const QUICK_PLAN: GuardPlan = { warmUp: 200, rounds: 12, round: 15 };
