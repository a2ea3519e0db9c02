/** How long and how often each variant is measured over HTTP. */
export interface HttpPlan {
  /** Milliseconds of load before anything is measured, for the JIT compiler. */
  readonly warmUp: number;
  readonly saturatedRounds: number;
  readonly pacedRounds: number;
  /** Milliseconds of one round. */
  readonly round: number;
}

export const FULL_PLAN: HttpPlan = {
  warmUp: 2_000,
  saturatedRounds: 10,
  pacedRounds: 8,
  round: 500,
};

export const QUICK_PLAN: HttpPlan = {
  warmUp: 700,
  saturatedRounds: 2,
  pacedRounds: 1,
  round: 500,
};

/** Requests per second of the runs at a fixed rate. */
export const FIXED_RATE = 2_000;
