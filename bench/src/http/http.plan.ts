/** How long and how often each variant is measured over HTTP. */
export interface HttpPlan {
  /** Processes of each variant, one after the other: no two are compiled and laid out alike. */
  readonly generations: number;
  /** Milliseconds of load before anything is measured, for the JIT compiler. */
  readonly warmUp: number;
  readonly saturatedRounds: number;
  readonly pacedRounds: number;
  /** Milliseconds of one round. */
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

/** Requests per second of the runs at a fixed rate. */
export const FIXED_RATE = 2_000;
