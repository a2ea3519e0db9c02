import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCEPTS_CHANGED_CLIENT_METADATA } from './accepts-changed-client.decorator.js';
import { ALLOW_SERVICES_METADATA } from './allow-services.decorator.js';
import { PUBLIC_METADATA, OPTIONAL_SESSION } from './public.decorator.js';
import { REQUIRE_RECENT_SIGN_IN_METADATA } from './require-recent-sign-in.decorator.js';
import { ROLES_METADATA } from './roles.decorator.js';
import { SERVICES_ONLY_METADATA } from './services-only.decorator.js';
import { SKIP_CACHE_METADATA } from './skip-cache.decorator.js';

/** Access requirements of a route, from its decorators. */
export interface AccessRule {
  /** Whether the route needs no session. */
  readonly isPublic: boolean;
  /** Whether the session is looked up on a public route. */
  readonly isSessionOptional: boolean;
  /** Roles of which one is required; empty when no role is required. */
  readonly anyOf: readonly string[];
  /**
   * Whether the session is read past the caches of this process, and must not be superseded. Always `true` with
   * a `maxSignInAge`.
   */
  readonly skipsCache: boolean;
  /** Maximum time since the user's last authentication, in milliseconds; `null` for no limit. */
  readonly maxSignInAge: number | null;
  /** Services that may also call without a session; `'*'` stands for every service. */
  readonly services: readonly string[];
  /** Whether every user is rejected, whatever their roles. */
  readonly isServicesOnly: boolean;
  /** Whether another client than the client that signed in is accepted; see `SessionBindingModule`. */
  readonly acceptsChangedClient: boolean;
}

/** Rule of a `@Public()` route, which requires nothing. */
const OPEN: Omit<AccessRule, 'isSessionOptional'> = {
  isPublic: true,
  anyOf: [],
  skipsCache: false,
  maxSignInAge: null,
  services: [],
  isServicesOnly: false,
  acceptsChangedClient: false,
};

type Target = Parameters<Reflector['getAllAndOverride']>[1][number];

/** Reads `@Roles()`, `@Public()`, `@SkipCache()` and all other decorators that authorize callers. */
@Injectable()
export class AccessRules {
  /** By controller, then by handler. Decorators do not change, and every request needs its rule. */
  readonly #known = new WeakMap<object, WeakMap<object, AccessRule>>();

  constructor(private readonly reflector: Reflector) {}

  /**
   * Returns the rule of the route about to run: see {@link ofHandler}.
   *
   * @example
   * const { anyOf, isPublic } = rules.of(context);
   */
  of(context: ExecutionContext): AccessRule {
    return this.ofHandler(context.getClass(), context.getHandler());
  }

  /**
   * Returns the rule of a controller's handler. Each decorator of the handler replaces the same decorator of
   * the controller. Without decorators, the route is closed to callers without a session. If the handler or the
   * controller has both `@Roles()` and `@Public()`, the route is closed.
   *
   * @example
   * const { anyOf } = rules.ofHandler(OrdersController, OrdersController.prototype.list);
   */
  ofHandler(controller: Target, handler: Target): AccessRule {
    let rules = this.#known.get(controller);
    if (rules === undefined) this.#known.set(controller, (rules = new WeakMap()));
    let rule = rules.get(handler);
    if (rule === undefined) rules.set(handler, (rule = this.#read(handler, controller)));
    return rule;
  }

  #read(...targets: Target[]): AccessRule {
    const skipsCache =
      this.reflector.getAllAndOverride<boolean | undefined>(SKIP_CACHE_METADATA, targets) ?? false;
    const maxSignInAge =
      this.reflector.getAllAndOverride<number | undefined>(
        REQUIRE_RECENT_SIGN_IN_METADATA,
        targets,
      ) ?? null;
    const services =
      this.reflector.getAllAndOverride<readonly string[] | undefined>(
        ALLOW_SERVICES_METADATA,
        targets,
      ) ?? [];
    const isServicesOnly =
      this.reflector.getAllAndOverride<boolean | undefined>(SERVICES_ONLY_METADATA, targets) ??
      false;
    const acceptsChangedClient =
      this.reflector.getAllAndOverride<boolean | undefined>(
        ACCEPTS_CHANGED_CLIENT_METADATA,
        targets,
      ) ?? false;
    const rule: AccessRule = {
      isPublic: false,
      isSessionOptional: false,
      anyOf: [],
      skipsCache: skipsCache || maxSignInAge !== null,
      maxSignInAge,
      services,
      isServicesOnly,
      acceptsChangedClient,
    };
    for (const target of targets) {
      const anyOf = this.reflector.get<readonly string[] | undefined>(ROLES_METADATA, target);
      if (anyOf !== undefined) return { ...rule, anyOf };
      const open = this.reflector.get<unknown>(PUBLIC_METADATA, target);
      if (open === true || open === OPTIONAL_SESSION) {
        return { ...OPEN, isSessionOptional: open === OPTIONAL_SESSION };
      }
    }
    return rule;
  }
}
