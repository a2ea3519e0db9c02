import { nestSessions } from './protections/nest-sessions';
import { guardTrue, none } from './protections/open';
import type { Adapter, ProtectionFactory } from './protection';

/** A protection of the route that is measured. */
export interface Variant {
  readonly name: string;
  /** Name in tables and charts. */
  readonly label: string;
  readonly adapters: readonly Adapter[];
  /** `true` when it authorizes every request. */
  readonly isOpen?: boolean;
  /** `true` when quick runs leave it out, because none of their goals needs it. */
  readonly isExtra?: boolean;
  /** Loads the variant's code on demand: a server holds the code of one variant. */
  load(): Promise<ProtectionFactory>;
}

const BOTH: readonly Adapter[] = ['express', 'fastify'];

export const variants: readonly Variant[] = [
  { name: 'none', label: 'no guard', adapters: BOTH, isOpen: true, load: () => resolved(none) },
  {
    name: 'guard-true',
    label: 'a guard that returns true',
    adapters: BOTH,
    isOpen: true,
    load: () => resolved(guardTrue),
  },
  {
    name: 'direct',
    label: 'Nest Sessions',
    adapters: BOTH,
    load: () => resolved(nestSessions()),
  },
  {
    name: 'near',
    label: 'Nest Sessions, near-cached',
    adapters: BOTH,
    load: () => resolved(nestSessions({ nearCache: true })),
  },
  {
    name: 'session-rolling',
    label: 'express-session + connect-redis, rolling',
    adapters: ['express'],
    load: async () => (await import('./protections/express-sessions.js')).expressSessions(true),
  },
  {
    name: 'session-not-rolling',
    label: 'express-session + connect-redis, not rolling',
    adapters: ['express'],
    isExtra: true,
    load: async () => (await import('./protections/express-sessions.js')).expressSessions(false),
  },
  {
    name: 'session-rolling',
    label: '@fastify/session + connect-redis, rolling',
    adapters: ['fastify'],
    load: async () => (await import('./protections/fastify-sessions.js')).fastifySessions(true),
  },
  {
    name: 'session-not-rolling',
    label: '@fastify/session + connect-redis, not rolling',
    adapters: ['fastify'],
    isExtra: true,
    load: async () => (await import('./protections/fastify-sessions.js')).fastifySessions(false),
  },
  {
    name: 'jwt-hs256',
    label: '@nestjs/jwt HS256, prepared key',
    adapters: BOTH,
    load: async () => (await import('./protections/json-web-tokens.js')).preparedJwt('HS256'),
  },
  {
    name: 'jwt-denylist',
    label: '@nestjs/jwt HS256, prepared key + Redis denylist',
    adapters: BOTH,
    load: async () => (await import('./protections/json-web-tokens.js')).jwtWithDenylist(false),
  },
  {
    name: 'jwt-denylist-pipelined',
    label: '@nestjs/jwt HS256, the same, auto-pipelined',
    adapters: BOTH,
    load: async () => (await import('./protections/json-web-tokens.js')).jwtWithDenylist(true),
  },
  {
    name: 'jwt-rs256',
    label: '@nestjs/jwt RS256, prepared key',
    adapters: BOTH,
    isExtra: true,
    load: async () => (await import('./protections/json-web-tokens.js')).preparedJwt('RS256'),
  },
  {
    name: 'jwt-es256',
    label: '@nestjs/jwt ES256, prepared key',
    adapters: BOTH,
    isExtra: true,
    load: async () => (await import('./protections/json-web-tokens.js')).preparedJwt('ES256'),
  },
  {
    name: 'jwt-documented',
    label: '@nestjs/jwt HS256, secret as text (as documented)',
    adapters: BOTH,
    isExtra: true,
    load: async () => (await import('./protections/json-web-tokens.js')).documentedJwt(),
  },
  {
    name: 'better-auth',
    label: 'better-auth, Redis as secondary storage',
    adapters: BOTH,
    isExtra: true,
    load: async () => (await import('./protections/better-auth.js')).betterAuth,
  },
];

function resolved(factory: ProtectionFactory): Promise<ProtectionFactory> {
  return Promise.resolve(factory);
}

/** @throws Error when there is no such variant */
export function variantOf(adapter: Adapter, name: string): Variant {
  const found = variantsOf(adapter).find((variant) => variant.name === name);
  if (!found) throw new Error(`There is no variant '${name}' on ${adapter}`);
  return found;
}

export function variantsOf(adapter: Adapter, { isQuick = false } = {}): Variant[] {
  return variants.filter((it) => it.adapters.includes(adapter) && !(isQuick && it.isExtra));
}
