/** What an operator should know about a Redis before sessions are kept in it. */
export interface RedisFinding {
  /** In a word or two. */
  readonly what: string;
  /** What follows from it, and how to mend it. */
  readonly advice: string;
  /** False where the check itself failed, so that Redis may be safe or not. */
  readonly isCertain: boolean;
}

/** Something that is so. */
export function found(what: string, advice: string): RedisFinding {
  return { what, advice, isCertain: true };
}

/** Something that could not be found out. */
export function notFoundOut(what: string, advice: string): RedisFinding {
  return { what, advice, isCertain: false };
}
