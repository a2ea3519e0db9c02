/**
 * Access catalogue: services publish the requirements of their routes, and a directory reads them.
 *
 * @module nest-sessions/access
 */

export type { AccessCatalogue, AccessRoute, AccessRouter } from './access-catalogue.js';
export { AccessCatalogueReader } from './access-catalogue.reader.js';
export { AccessCatalogueStore, type PublishedCatalogue } from './access-catalogue.store.js';
export { AccessCatalogueWriter } from './access-catalogue.writer.js';
export {
  type RouteAccess,
  AccessDirectory,
  type AccessLookUp,
  type AccessServiceState,
  type ListedRoute,
  type RouteDecision,
  type ServiceAccess,
  type ServiceReports,
} from './access-directory.js';
export type { InstanceReport } from './instance-report.js';
export { type AccessMatch, AccessMatcher } from './access-matcher.js';
export { SessionAccessModule } from './session-access.module.js';
export type { SessionAccessModuleOptions } from './session-access.options.js';
export { SessionAccessDirectoryModule } from './session-access-directory.module.js';
export type { SessionAccessDirectoryOptions } from './session-access-directory.options.js';
