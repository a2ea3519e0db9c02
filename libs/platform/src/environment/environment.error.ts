/** The environment lacks a variable or holds an invalid one. Thrown before anything is started. */
export class EnvironmentError extends Error {
  /** @param problems One sentence each, which names the variable and how to fix it. */
  constructor(readonly problems: readonly string[]) {
    super(`The environment cannot be used:\n${problems.map((it) => `  - ${it}`).join('\n')}`);
    this.name = 'EnvironmentError';
  }
}
