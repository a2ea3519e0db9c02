import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RESOLVER_PROPERTY_METADATA, RESOLVER_REFERENCE_METADATA } from '@nestjs/graphql';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { type AccessRule, AccessRules } from '../roles/access-rules.js';

/** Options of `GraphQLModule` that decide which resolvers the guard sees. */
export interface ResolverOptions {
  readonly fieldResolverEnhancers?: readonly string[];
  /** Modules whose resolvers belong to the schema; all by default. */
  readonly include?: readonly unknown[];
  readonly resolvers?: unknown;
}

/** Provider with methods that may resolve fields. */
interface Resolver {
  readonly type: Type;
  readonly prototype: object;
  readonly module: unknown;
}

/** Types whose fields are the operations of a schema. */
const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** Refuses to start an application with protected resolvers that the guard would not see. */
@Injectable()
export class FieldGuards {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly rules: AccessRules,
  ) {}

  /**
   * Nest runs guards of fields only with `fieldResolverEnhancers: ['guards']`, and none for plain `resolvers`.
   *
   * @throws SessionOptionsError naming the resolvers, and the option to set
   */
  require(options: ResolverOptions): void {
    requireNoPlainOperations(options.resolvers);
    if (options.fieldResolverEnhancers?.includes('guards')) return;
    const open = this.#resolvers(options.include ?? []).flatMap((it) => this.#protectedFields(it));
    if (open.length === 0) return;
    throw new SessionOptionsError(
      `GraphQLModule: set fieldResolverEnhancers: ['guards']. Without it, Nest calls no guard for ${open.join(', ')}.`,
    );
  }

  #resolvers(include: readonly unknown[]): Resolver[] {
    return this.discovery.getProviders().flatMap(({ instance, host }) => {
      if (typeof instance !== 'object' || instance === null) return [];
      const module = host?.metatype;
      if (include.length > 0 && !include.includes(module)) return [];
      const prototype = Object.getPrototypeOf(instance) as object | null;
      if (prototype === null) return [];
      return [{ type: prototype.constructor as Type, prototype, module }];
    });
  }

  /** Returns the names of fields with requirements, and of all references that are not public. */
  #protectedFields({ type, prototype }: Resolver): string[] {
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const method = (prototype as Record<string, unknown>)[name];
        if (typeof method !== 'function') return false;
        const rule = this.rules.ofHandler(type, method);
        // Any client reads an entity by its reference, past the operations of the schema.
        if (Reflect.getMetadata(RESOLVER_REFERENCE_METADATA, method)) return !rule.isPublic;
        return Boolean(Reflect.getMetadata(RESOLVER_PROPERTY_METADATA, method)) && requires(rule);
      })
      .map((name) => `${type.name}.${name}`);
  }
}

/** Whether a rule requires more than the session which the operation around a field requires. */
function requires({ isPublic, ...rule }: AccessRule): boolean {
  return (
    !isPublic &&
    (rule.anyOf.length > 0 ||
      rule.skipsCache ||
      rule.isServicesOnly ||
      rule.services.length > 0 ||
      rule.acceptsChangedClient)
  );
}

function requireNoPlainOperations(resolvers: unknown): void {
  const maps: unknown[] = Array.isArray(resolvers) ? resolvers : [resolvers];
  const root = ROOTS.find((name) =>
    maps.some((map) => typeof map === 'object' && map !== null && name in map),
  );
  if (root === undefined) return;
  throw new SessionOptionsError(
    `GraphQLModule: move the resolvers of ${root} from the option resolvers into a class with @Resolver(). Nest calls no guard for plain resolvers.`,
  );
}
