/** Thrown for a call on behalf of a request that is already answered. The call was not made. */
export class RequestEndedError extends Error {
  override readonly name = 'RequestEndedError';

  /** @param outcome Clause that names the refused action. */
  constructor(outcome: string) {
    super(
      `${outcome}: its request has already been answered. Await the call before the ` +
        'response, or wrap later work in SessionCalls.bind() during the request. To call as ' +
        'the service itself, use SessionCalls.asService().',
    );
  }
}
