/** What a suite is told. */
export interface BenchContext {
  /** Shortest run that still shows the ratios. */
  readonly isQuick: boolean;
  /** Tells of progress; long work must not be silent. */
  readonly log: (line: string) => void;
}

/** A promise that was made about a figure, and whether this run kept it. */
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
  /** Runs only where it is asked for by name: it compares ways to use this, not this with something else. */
  readonly isOnDemand?: true;
  /** @throws Error when it could not run, or something under test gave a wrong answer */
  run(context: BenchContext): Promise<SuiteResult>;
}
