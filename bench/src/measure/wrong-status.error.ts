/** A request was answered with another status than it should be, or not at all. */
export class WrongStatusError extends Error {
  override readonly name = 'WrongStatusError';

  /** @param status `undefined` where there was no answer. */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }

  /**
   * Whether it says that something did not answer in time. On a machine that stalls this is right; it is no
   * measurement all the same.
   */
  get isUnavailable(): boolean {
    return this.status === 503;
  }
}
