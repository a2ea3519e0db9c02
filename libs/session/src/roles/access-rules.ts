import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCEPTS_CHANGED_CLIENT_METADATA } from './accepts-changed-client.decorator.js';
import { ALLOW_SERVICES_METADATA } from './allow-services.decorator.js';
import { PUBLIC_METADATA, SEES_SESSION } from './public.decorator.js';
import { REQUIRE_FRESH_METADATA } from './require-fresh.decorator.js';
import { ROLES_METADATA } from './roles.decorator.js';
import { SERVICES_ONLY_METADATA } from './services-only.decorator.js';

/** What a route asks of its caller, by its decorators. */
export interface AccessRule {
  readonly isPublic: boolean;
  /** Whether the session is looked up on a public route. */
  readonly seesSession: boolean;
  /** One of these is needed; none when empty. */
  readonly anyOf: readonly string[];
  /** Whether the session is to be read from Redis, whatever this process remembers. */
  readonly isFresh: boolean;
  /** How long ago the user may have proven who they are, in milliseconds; `null` for any time. */
  readonly maxAge: number | null;
  /** The services that may also come without a session; `'*'` among them: every one. */
  readonly services: readonly string[];
  /** Whether no user may come, whatever their roles. */
  readonly isServicesOnly: boolean;
  /** Whether a client may come that is another than the one that signed in; see `binding`. */
  readonly acceptsChangedClient: boolean;
}

/** `@Public()` leaves nothing to ask for. */
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

/** Reads `@Roles()`, `@Public()`, `@RequireFresh()` and their like: all that says who may come. */
@Injectable()
export class AccessRules {
  /** By controller, then by handler: decorators do not change, and are asked for on every request. */
  readonly #known = new WeakMap<object, WeakMap<object, AccessRule>>();

  constructor(private readonly reflector: Reflector) {}

  /** The rule of the route about to run: see {@link ofHandler}. */
  of(context: ExecutionContext): AccessRule {
    return this.ofHandler(context.getClass(), context.getHandler());
  }

  /**
   * The rule of a controller's handler: what the handler says, else what its controller says, else closed
   * to everyone without a session. Where one of them says both, it is closed.
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
