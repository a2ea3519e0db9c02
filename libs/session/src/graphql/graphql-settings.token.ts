/** Injects the checked {@link SessionGraphqlOptions} of the application. */
export const GRAPHQL_SETTINGS = Symbol('nest-sessions:graphql-settings');
