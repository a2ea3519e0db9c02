import { SetMetadata, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import {
  ACCEPTS_CHANGED_CLIENT_METADATA,
  AcceptsChangedClient,
} from './accepts-changed-client.decorator.js';
import { type AccessRule, AccessRules } from './access-rules.js';
import { ALLOW_SERVICES_METADATA, AllowServices } from './allow-services.decorator.js';
import { OptionalSession } from './optional-session.decorator.js';
import { Public, PUBLIC_METADATA } from './public.decorator.js';
import {
  REQUIRE_RECENT_SIGN_IN_METADATA,
  RequireRecentSignIn,
} from './require-recent-sign-in.decorator.js';
import { Roles, ROLES_METADATA } from './roles.decorator.js';
import { ServicesOnly, SERVICES_ONLY_METADATA } from './services-only.decorator.js';
import { SKIP_CACHE_METADATA, SkipCache } from './skip-cache.decorator.js';

const CLOSED: AccessRule = {
  isPublic: false,
  isSessionOptional: false,
  anyOf: [],
  skipsCache: false,
  maxSignInAge: null,
  services: [],
  isServicesOnly: false,
  acceptsChangedClient: false,
};

class Plain {
  handler(): void {
    // Only its decorators matter.
  }

  @Roles('admin')
  @RequireRecentSignIn('5m')
  @AllowServices('reports')
  @ServicesOnly()
  @AcceptsChangedClient()
  decorated(): void {
    // Only its decorators matter.
  }

  @AllowServices()
  anyService(): void {
    // Only its decorators matter.
  }

  @Public()
  @SkipCache()
  @RequireRecentSignIn('5m')
  @AllowServices('reports')
  @ServicesOnly()
  @AcceptsChangedClient()
  open(): void {
    // Only its decorators matter.
  }
}

@Roles('admin')
@RequireRecentSignIn('1h')
@AllowServices('reports')
@ServicesOnly()
@AcceptsChangedClient()
class Decorated {
  handler(): void {
    // Only its decorators matter.
  }

  @Roles('orders')
  @RequireRecentSignIn('5m')
  @AllowServices('orders')
  own(): void {
    // Only its decorators matter.
  }

  @Public()
  open(): void {
    // Only its decorators matter.
  }
}

@Public()
class Open {
  handler(): void {
    // Only its decorators matter.
  }

  @Roles('admin')
  roles(): void {
    // Only its decorators matter.
  }
}

type Handler = () => void;

const handlerOf = (controller: Type<object>, name: string) =>
  Reflect.get(controller.prototype as object, name) as Handler;

describe('the access rule of a route', () => {
  const rules = new AccessRules(new Reflector());
  const ruleOf = (controller: Type<object>, name: string) =>
    rules.ofHandler(controller, handlerOf(controller, name));

  it('requires only a session when there is no decorator', () => {
    expect(ruleOf(Plain, 'handler')).toEqual(CLOSED);
  });

  it('follows the decorators of the handler', () => {
    expect(ruleOf(Plain, 'decorated')).toEqual({
      isPublic: false,
      isSessionOptional: false,
      anyOf: ['admin'],
      skipsCache: true,
      maxSignInAge: 300_000,
      services: ['reports'],
      isServicesOnly: true,
      acceptsChangedClient: true,
    });
    expect(ruleOf(Plain, 'anyService')).toEqual({ ...CLOSED, services: ['*'] });
  });

  it('follows the decorators of the controller when the handler has none', () => {
    expect(ruleOf(Decorated, 'handler')).toEqual({
      isPublic: false,
      isSessionOptional: false,
      anyOf: ['admin'],
      skipsCache: true,
      maxSignInAge: 3_600_000,
      services: ['reports'],
      isServicesOnly: true,
      acceptsChangedClient: true,
    });
  });

  it('follows the handler when both have decorators', () => {
    expect(ruleOf(Decorated, 'own')).toMatchObject({
      anyOf: ['orders'],
      skipsCache: true,
      maxSignInAge: 300_000,
      services: ['orders'],
    });
    expect(ruleOf(Open, 'roles')).toEqual({ ...CLOSED, anyOf: ['admin'] });
  });

  it('requires nothing when the route is public', () => {
    const open: AccessRule = { ...CLOSED, isPublic: true };

    expect(ruleOf(Plain, 'open')).toEqual(open);
    expect(ruleOf(Decorated, 'open')).toEqual(open);
    expect(ruleOf(Open, 'handler')).toEqual(open);
  });

  it('looks up the session and requires nothing with @OptionalSession()', () => {
    class Shop {
      @OptionalSession()
      optional(): void {
        // Only its decorators matter.
      }

      @OptionalSession()
      @Roles('admin')
      closed(): void {
        // Only its decorators matter.
      }

      @SetMetadata(PUBLIC_METADATA, 'yes')
      unknown(): void {
        // Only its decorators matter.
      }
    }

    expect(ruleOf(Shop, 'optional')).toEqual({
      ...CLOSED,
      isPublic: true,
      isSessionOptional: true,
    });
    expect(ruleOf(Shop, 'closed')).toEqual({ ...CLOSED, anyOf: ['admin'] });
    expect(ruleOf(Shop, 'unknown')).toEqual(CLOSED);
  });

  it('is found for the execution context that is about to run', () => {
    const context = new ExecutionContextHost([], Plain, handlerOf(Plain, 'decorated'));

    expect(rules.of(context)).toBe(ruleOf(Plain, 'decorated'));
  });

  it('is read once for each controller that has the handler', () => {
    class Heir extends Open {}
    @Roles('orders')
    class ClosedHeir extends Open {}
    const reflector = new Reflector();
    const read = jest.spyOn(reflector, 'getAllAndOverride');
    const own = new AccessRules(reflector);
    const handler = handlerOf(Open, 'handler');

    const first = own.ofHandler(Open, handler);
    const reads = read.mock.calls.length;
    expect(own.ofHandler(Open, handler)).toBe(first);
    expect(read).toHaveBeenCalledTimes(reads);
    // After a second handler of the same controller, the first handler's rule is still cached.
    own.ofHandler(Open, handlerOf(Open, 'roles'));
    read.mockClear();
    own.ofHandler(Open, handler);
    expect(read).not.toHaveBeenCalled();

    expect(own.ofHandler(ClosedHeir, handler)).toEqual({ ...CLOSED, anyOf: ['orders'] });
    expect(own.ofHandler(Heir, handler)).toMatchObject({ isPublic: true });
  });
});

describe('the metadata keys of the decorators', () => {
  it('are distinct and carry the prefix of this library', () => {
    const keys = [
      ...[ACCEPTS_CHANGED_CLIENT_METADATA, ALLOW_SERVICES_METADATA, PUBLIC_METADATA],
      ...[REQUIRE_RECENT_SIGN_IN_METADATA, ROLES_METADATA, SERVICES_ONLY_METADATA],
      SKIP_CACHE_METADATA,
    ];

    expect(new Set(keys).size).toBe(7);
    for (const key of keys) expect(key).toMatch(/^nest-sessions:[a-z-]+$/);
  });
});
