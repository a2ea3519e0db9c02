/** Thrown for a call on behalf of a request that is already answered. The call was not made. */
export class RequestEndedError extends Error {
  override readonly name = 'RequestEndedError';

  /** @param outcome Clause that names the refused action. */
  constructor(outcome: string) {
    super(
      `${outcome}: the request on whose behalf it would have been is answered. Await the call before the answer, give what goes on afterwards to SessionCalls.bind() within the request, or call as the service itself with SessionCalls.asService().`,
    );
  }
}
