/** A request got an unexpected status, or no answer. */
export class WrongStatusError extends Error {
  override readonly name = 'WrongStatusError';

  /** @param status `undefined` without an answer. */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }

  /**
   * `true` for 503 and for a missing answer. Both are right on a machine that stalls, but the round does not
   * count.
   */
  get isUnavailable(): boolean {
    return this.status === 503;
  }
}
