import {
  BadRequestException,
  Controller,
  Get,
  Query,
  type Type,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { AccessDirectory, type ServiceAccess } from '../access/access-directory.js';
import { SessionManager } from '../issuer/session.manager.js';
import { Roles } from '../roles/roles.decorator.js';
import { SkipCache } from '../roles/skip-cache.decorator.js';
import type { Role } from '../session/session-types.js';
import { Session } from '../session/session.js';
import { sessionIdOf } from '../token/session-token.js';
import { type ActivityPoint, ConsoleActivity, MOST_HOURS, STEP } from './console-activity.js';
import { ConsoleHealth, type HealthReport } from './console-health.js';
import { ConsoleProviders } from './console-providers.js';

/** Maximum number of roles in one question. */
const MOST_ROLES = 50;

/**
 * Returns the controller of what the pages show and no other part of an application offers: health, activity, and what
 * roles permit.
 *
 * @param path Path below which administrators have their calls.
 * @param role Role of administrators.
 */
export function consoleDataController(path: string, role: string): Type {
  @Roles(role as Role)
  @SkipCache()
  @Controller({ path, version: VERSION_NEUTRAL })
  class ConsoleDataController {
    constructor(
      private readonly health: ConsoleHealth,
      private readonly activity: ConsoleActivity,
      private readonly providers: ConsoleProviders,
    ) {}

    @Get('health')
    readHealth(): Promise<HealthReport> {
      return this.health.report();
    }

    @Get('activity')
    async readActivity(
      @Query('hours') hours = '24',
    ): Promise<{ step: number; points: readonly ActivityPoint[] }> {
      const count = Number(hours);
      if (!Number.isInteger(count) || count < 1 || count > MOST_HOURS) {
        throw new BadRequestException(`hours: give a whole number from 1 to ${MOST_HOURS}.`);
      }
      return { step: STEP, points: await this.activity.since(count) };
    }

    /** Answers who may call what: for roles, or for the roles of a user's latest session. */
    @Get('services/access')
    async readAccess(
      @Query('role') given: string | string[] | undefined,
      @Query('user') user: string | undefined,
    ): Promise<{ roles: readonly string[]; services: readonly ServiceAccess[] }> {
      const roles = await this.#rolesOf(given, user);
      const directory = this.providers.find(AccessDirectory);
      const services = directory
        ? await directory.accessOf(sessionWith(roles, user), { headers: {} })
        : [];
      return { roles, services };
    }

    async #rolesOf(
      given: string | string[] | undefined,
      user: string | undefined,
    ): Promise<readonly string[]> {
      if (typeof user === 'string' && given === undefined) {
        const [latest] = await this.providers
          .require(SessionManager)
          .listByUser(user, { limit: 1 });
        return latest?.session.roles ?? [];
      }
      const roles = given === undefined ? [] : [given].flat();
      if (user !== undefined || roles.length > MOST_ROLES || roles.some((it) => !isText(it))) {
        throw new BadRequestException(`Give either user, or role up to ${MOST_ROLES} times.`);
      }
      return roles;
    }
  }
  return ConsoleDataController;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}

/** Returns a session that never existed, for the question of what its roles permit. */
function sessionWith(roles: readonly string[], user = ''): Session {
  const now = Date.now();
  return new Session({
    id: sessionIdOf(''),
    user: { id: user, username: '' },
    roles: roles,
    createdAt: now,
    authenticatedAt: now,
    absoluteExpiresAt: now + 1,
    idleTimeout: 1,
    userAgent: null,
    ip: null,
    data: {},
  });
}
