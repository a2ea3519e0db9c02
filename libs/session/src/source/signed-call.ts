/** Calling service of a signed call, and its session, if any. */
export type SignedCall = ServiceCall | ReferredCall;

/** Call that a service makes by itself. */
export interface ServiceCall {
  readonly caller: string;
  readonly reference: null;
}

/** Call that a service makes on behalf of a session. */
export interface ReferredCall {
  readonly caller: string;
  /** Reference to the session, as `SessionSource.refer` of the calling service returned it. */
  readonly reference: string;
}
