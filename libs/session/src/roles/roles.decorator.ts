import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Role } from '../session/session-types.js';

/** Metadata key of the roles of which a route requires one. */
export const ROLES_METADATA = 'nest-sessions:roles';

/**
 * Requires one of these roles on a route or on every route of a controller; a handler's own list replaces its
 * controller's. The service's `requiredRole` is required as well.
 *
 * @example
 * ```ts
 * @Controller('orders')
 * @Roles('orders')
 * export class OrdersController {
 *   @Get()
 *   list() {
 *     return [];
 *   }
 *
 *   @Post()
 *   @Roles('orders:write') // replaces the controller's list
 *   create(@CurrentUser() user: SessionUser) {
 *     return { by: user.id };
 *   }
 * }
 * ```
 */
export function Roles(...roles: [Role, ...Role[]]): CustomDecorator {
  return SetMetadata(ROLES_METADATA, roles);
}
