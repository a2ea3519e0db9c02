import { refuseOtherOptions } from '../common/refuse-other-options.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { TokenRequest } from '../token/token-headers.js';

/** Options of {@link SessionGraphqlModule}. */
export interface SessionGraphqlOptions {
  /**
   * Whether subscriptions may use a connection without a session. Each operation on it still needs what its
   * decorators require.
   * @default false
   */
  anonymousConnections?: boolean;
  /**
   * Returns the HTTP request of an operation from its GraphQL context. On a connection, it is the request of the
   * upgrade. Needed for drivers other than Nest's for Apollo and Mercurius.
   * @default the request with which the driver created the context
   */
  requestOf?: (context: unknown) => TokenRequest | null | undefined;
}

/** @throws SessionOptionsError naming the option and its expected value */
export function graphqlSettingsOf(given: SessionGraphqlOptions): SessionGraphqlOptions {
  const { anonymousConnections = false, requestOf, ...others } = given;
  refuseOtherOptions('SessionGraphqlModule', others, ['anonymousConnections', 'requestOf']);
  if (typeof anonymousConnections !== 'boolean') {
    throw new SessionOptionsError(
      `anonymousConnections must be true or false, got ${String(anonymousConnections)}.`,
    );
  }
  if (requestOf !== undefined && typeof requestOf !== 'function') {
    throw new SessionOptionsError(
      'requestOf must be a function that returns the HTTP request, such as (context) => context.request.',
    );
  }
  return { anonymousConnections, ...(requestOf && { requestOf }) };
}
