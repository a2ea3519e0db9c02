/**
 * Sessions in GraphQL: queries, mutations and subscriptions of Apollo and Mercurius.
 *
 * @module nest-sessions/graphql
 */

export type { SessionGraphqlOptions } from './session-graphql.options.js';
export { SessionGraphqlModule } from './session-graphql.module.js';
