import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCEPTS_CHANGED_CLIENT_METADATA } from './accepts-changed-client.decorator.js';
import { ALLOW_SERVICES_METADATA } from './allow-services.decorator.js';
import { PUBLIC_METADATA, SEES_SESSION } from './public.decorator.js';
import { REQUIRE_FRESH_METADATA } from './require-fresh.decorator.js';
import { ROLES_METADATA } from './roles.decorator.js';
import { SERVICES_ONLY_METADATA } from './services-only.decorator.js';

/** Access requirements of a route, from its decorators. */
export interface AccessRule {
  readonly isPublic: boolean;
  /** Whether the session is looked up on a public route. */
  readonly seesSession: boolean;
  /** Roles of which one is required; empty when no role is required. */
  readonly anyOf: readonly string[];
  /** Whether the session must be read from Redis, even if this process remembers it. */
  readonly isFresh: boolean;
  /** Maximum time since the user's last authentication, in milliseconds; `null` for no limit. */
  readonly maxAge: number | null;
  /** Services that may also call without a session; `'*'` stands for every service. */
  readonly services: readonly string[];
  /** Whether every user is rejected, whatever their roles. */
  readonly isServicesOnly: boolean;
  /** Whether another client than the client that signed in is accepted; see `SessionBindingModule`. */
  readonly acceptsChangedClient: boolean;
}

/** Rule of a `@Public()` route, which requires nothing. */
const OPEN: Omit<AccessRule, 'seesSession'> = {
  isPublic: true,
  anyOf: [],
  isFresh: false,
  maxAge: null,
  services: [],
  isServicesOnly: false,
  acceptsChangedClient: false,
};

type Target = Parameters<Reflector['getAllAndOverride']>[1][number];

/** Reads `@Roles()`, `@Public()`, `@RequireFresh()` and all other decorators that authorize callers. */
@Injectable()
export class AccessRules {
  /** By controller, then by handler. Decorators do not change, and every request needs its rule. */
  readonly #known = new WeakMap<object, WeakMap<object, AccessRule>>();

  constructor(private readonly reflector: Reflector) {}

  /** Returns the rule of the route about to run: see {@link ofHandler}. */
  of(context: ExecutionContext): AccessRule {
    return this.ofHandler(context.getClass(), context.getHandler());
  }

  /**
   * Returns the rule of a controller's handler: from the handler's decorators, else from its controller's,
   * else closed to callers without a session. If one of them has both `@Roles()` and `@Public()`, the route
   * is closed.
   */
  ofHandler(controller: Target, handler: Target): AccessRule {
    let rules = this.#known.get(controller);
    if (rules === undefined) this.#known.set(controller, (rules = new WeakMap()));
    let rule = rules.get(handler);
    if (rule === undefined) rules.set(handler, (rule = this.#read(handler, controller)));
    return rule;
  }

  #read(...targets: Target[]): AccessRule {
    const fresh =
      this.reflector.getAllAndOverride<boolean | number | undefined>(
        REQUIRE_FRESH_METADATA,
        targets,
      ) ?? false;
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
      seesSession: false,
      anyOf: [],
      isFresh: fresh !== false,
      maxAge: typeof fresh === 'number' ? fresh : null,
      services,
      isServicesOnly,
      acceptsChangedClient,
    };
    for (const target of targets) {
      const anyOf = this.reflector.get<readonly string[] | undefined>(ROLES_METADATA, target);
      if (anyOf !== undefined) return { ...rule, anyOf };
      const open = this.reflector.get<unknown>(PUBLIC_METADATA, target);
      if (open === true || open === SEES_SESSION) {
        return { ...OPEN, seesSession: open === SEES_SESSION };
      }
    }
    return rule;
  }
}
