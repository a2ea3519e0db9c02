/** A server under load gave an unexpected answer. */
export class WrongAnswerError extends Error {
  override readonly name = 'WrongAnswerError';

  /** @param answer Received part of its head and body. */
  constructor(answer: string) {
    super(`Unexpected answer: ${answer}`);
    this.isUnavailable = answer.startsWith('HTTP/1.1 503');
  }

  /**
   * `true` when the server reports that its Redis did not answer in time. That answer is right on a machine
   * that stalls, but the round does not count.
   */
  readonly isUnavailable: boolean;
}
