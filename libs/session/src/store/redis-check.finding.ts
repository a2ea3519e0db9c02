/** Finding about a Redis that its operator should know before it stores sessions. */
export interface RedisFinding {
  /** Name of the finding, in a word or two. */
  readonly what: string;
  /** Consequence of the finding, and how to fix it. */
  readonly advice: string;
  /** `false` when the check itself failed, so that Redis may be safe or not. */
  readonly isCertain: boolean;
}

/** Creates a certain finding. */
export function found(what: string, advice: string): RedisFinding {
  return { what, advice, isCertain: true };
}

/** Creates a finding about something that could not be determined. */
export function unclear(what: string, advice: string): RedisFinding {
  return { what, advice, isCertain: false };
}
