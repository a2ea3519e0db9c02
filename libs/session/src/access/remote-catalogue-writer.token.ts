/**
 * Injects the `AccessCatalogueWriter` of a service without Redis, if a feature publishes route requirements
 * through another service.
 */
export const REMOTE_CATALOGUE_WRITER = Symbol('nest-sessions:remote-catalogue-writer');
