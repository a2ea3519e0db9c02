import { GraphQLError } from 'graphql';
import type { SessionException } from '../errors/session-exception.js';

/** Returns a denial as a GraphQL error: the stable code, the HTTP status and the members are extensions. */
export function graphqlDenial(denial: SessionException): GraphQLError {
  const { code, detail, members } = denial;
  return new GraphQLError(detail, {
    extensions: { ...members, code, status: denial.getStatus() },
    originalError: denial,
  });
}
