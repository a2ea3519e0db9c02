/** Duration and number of the HTTP rounds of each variant. */
export interface HttpPlan {
  /** Processes of each variant, one after the other: JIT code and memory layout differ between processes. */
  readonly generations: number;
  /** Warm-up for the JIT compiler, in milliseconds. */
  readonly warmUp: number;
  readonly saturatedRounds: number;
  readonly pacedRounds: number;
  /** Length of one round, in milliseconds. */
  readonly round: number;
}

export const FULL_PLAN: HttpPlan = {
  generations: 2,
  warmUp: 1_500,
  saturatedRounds: 6,
  pacedRounds: 4,
  round: 500,
};

export const QUICK_PLAN: HttpPlan = {
  generations: 1,
  warmUp: 700,
  saturatedRounds: 2,
  pacedRounds: 1,
  round: 500,
};

/** Requests per second of the rounds at a fixed rate. */
export const FIXED_RATE = 2_000;
