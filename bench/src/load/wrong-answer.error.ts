/** A server under load gave another answer than it should. */
export class WrongAnswerError extends Error {
  override readonly name = 'WrongAnswerError';

  /** @param answer Its head and body, as far as they came. */
  constructor(answer: string) {
    super(`A wrong answer: ${answer}`);
    this.isUnavailable = answer.startsWith('HTTP/1.1 503');
  }

  /**
   * Whether it says that its Redis did not answer in time. On a machine that stalls this is right; it is
   * no measurement all the same.
   */
  readonly isUnavailable: boolean;
}
