/** The environment lacks a variable or holds a wrong one. Thrown before anything is started. */
export class EnvironmentError extends Error {
  /** @param problems One sentence each, that names the variable and says how to mend it. */
  constructor(readonly problems: readonly string[]) {
    super(`The environment cannot be used:\n${problems.map((it) => `  - ${it}`).join('\n')}`);
    this.name = 'EnvironmentError';
  }
}
