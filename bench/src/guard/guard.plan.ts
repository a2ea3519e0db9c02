/** Duration and number of calls of each guard. */
export interface GuardPlan {
  /** Warm-up in milliseconds. */
  readonly warmUp: number;
  readonly rounds: number;
  /** Approximate length of one round, in milliseconds. */
  readonly round: number;
}

export const FULL_PLAN: GuardPlan = { warmUp: 1_000, rounds: 60, round: 40 };

export const QUICK_PLAN: GuardPlan = { warmUp: 200, rounds: 12, round: 15 };
