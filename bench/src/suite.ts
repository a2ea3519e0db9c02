/** Context of a suite's run. */
export interface BenchContext {
  /** Shortest run that still shows the ratios. */
  readonly isQuick: boolean;
  /** Logs progress; long work must not be silent. */
  readonly log: (line: string) => void;
}

/** A goal for a figure, and whether this run met it. */
export interface Goal {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly isMet: boolean;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface SuiteResult {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  readonly notes: readonly string[];
  /** Everything measured, for the JSON. */
  readonly data: unknown;
}

export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Runs only when it is named: it compares configurations of this library, not this library with others. */
  readonly isOnDemand?: true;
  /** @throws Error when it could not run, or something under test gave a wrong answer */
  run(context: BenchContext): Promise<SuiteResult>;
}
