import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PUBLIC_METADATA } from './public.decorator';
import { ROLES_METADATA } from './roles.decorator';

/** What a route asks of its caller, by its decorators. */
export interface AccessRule {
  readonly isPublic: boolean;
  /** One of these is needed; none when empty. */
  readonly anyOf: readonly string[];
}

const CLOSED: AccessRule = { isPublic: false, anyOf: [] };
const OPEN: AccessRule = { isPublic: true, anyOf: [] };

/** Reads `@Roles()` and `@Public()`. */
@Injectable()
export class AccessRules {
  constructor(private readonly reflector: Reflector) {}

  /**
   * The rule of the route about to run: what its handler says, else what its controller says, else
   * closed to everyone without a session. Where one of them says both, it is closed.
   */
  of(context: ExecutionContext): AccessRule {
    for (const target of [context.getHandler(), context.getClass()]) {
      const anyOf = this.reflector.get<readonly string[] | undefined>(ROLES_METADATA, target);
      if (anyOf !== undefined) return { isPublic: false, anyOf };
      if (this.reflector.get<boolean | undefined>(PUBLIC_METADATA, target)) return OPEN;
    }
    return CLOSED;
  }
}
