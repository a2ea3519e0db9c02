import { hash } from 'node:crypto';
import { weightOf } from './access-weight.js';
import type { AccessRouter } from './access-router.js';

/** The version that this code writes and reads. A catalogue of any other is none. */
const CATALOGUE_VERSION = 1;

/** The most that is published of one service: characters of JSON. */
export const MAX_CATALOGUE_LENGTH = 1_048_576;
const MAX_ROUTES = 10_000;
/** The most that a reader must keep in memory for one service: nodes, each less than a kilobyte. */
const MAX_WEIGHT = 150_000;
/** Characters of a path's pattern. */
const MAX_PATTERN = 1_024;
/** Characters of a role, a version, a release. */
const MAX_TEXT = 256;
/** Roles or versions of one route. */
const MAX_LIST = 64;

export type { AccessRouter };

/** A route of a service, and what it demands of its caller. */
export interface AccessRoute {
  /** An HTTP method in upper case, or `ALL`. */
  readonly method: string;
  /** The pattern, as the service's router has it: the global prefix and a version in the path included. */
  readonly path: string;
  /** Versions that are asked for by a header or a media type, where one path leads to several handlers. */
  readonly version?: readonly string[];
  /**
   * Whether the router may pass the route over although method and path match, for what else is in the
   * request: a version, the host.
   */
  readonly isConditional: boolean;
  readonly isPublic: boolean;
  /** One of these roles is needed; none when empty. */
  readonly anyOf: readonly string[];
  readonly isFresh: boolean;
  /** How long ago the user may have proven who they are, in milliseconds; absent for any time. */
  readonly maxAge?: number;
}

/** What a service says of its own routes, in the order in which its router has them. */
export interface AccessCatalogue {
  /** The name under which it adds to sessions as well. */
  readonly service: string;
  /** Which release of the service this is, for people. */
  readonly version?: string;
  readonly router: AccessRouter;
  /** Fastify passes over a route with a parameter that is longer than this (decoded characters). */
  readonly maxParamLength?: number;
  /** The role that lets a user into the service at all. */
  readonly requiredRole?: string;
  readonly routes: readonly AccessRoute[];
}

/**
 * The catalogue as it is published, JSON. The format is public, services in other languages may publish
 * their own; a change of meaning raises `v`.
 *
 * @throws RangeError when it is more than a reader takes.
 */
export function encodeAccessCatalogue(catalogue: AccessCatalogue): string {
  const json = JSON.stringify({ v: CATALOGUE_VERSION, ...catalogue });
  if (decodeAccessCatalogue(catalogue.service, json) === null) {
    throw new RangeError(
      `The routes of '${catalogue.service}' cannot be published: at most ${MAX_ROUTES} routes, paths of ${MAX_PATTERN} and roles of ${MAX_TEXT} characters, ${MAX_CATALOGUE_LENGTH} characters of JSON, and ${MAX_WEIGHT} segments in all forms of all paths.`,
    );
  }
  return json;
}

/** SHA-256 of a catalogue's JSON, in base64url. */
export function digestOfCatalogue(json: string): string {
  return hash('sha256', json, 'base64url');
}

/**
 * Reads what a service has published, or gives `null` when it is not exactly what
 * {@link encodeAccessCatalogue} writes: broken JSON, another version, a field of the wrong type or size,
 * more than a reader can keep, the catalogue of another service. Unknown further fields are dropped.
 */
export function decodeAccessCatalogue(service: string, json: string): AccessCatalogue | null {
  if (json.length > MAX_CATALOGUE_LENGTH) return null;
  try {
    const value: unknown = JSON.parse(json);
    return isCatalogue(value) && value.service === service && weightOf(value, MAX_WEIGHT) !== null
      ? catalogueOf(value)
      : null;
  } catch {
    // Not JSON, or nested deeper than the stack.
    return null;
  }
}

/** Nothing but the known fields: what else was published goes no further. */
function catalogueOf({ service, version, router, ...rest }: AccessCatalogue): AccessCatalogue {
  const { maxParamLength, requiredRole, routes } = rest;
  return {
    service,
    ...(version === undefined ? {} : { version }),
    router,
    ...(maxParamLength === undefined ? {} : { maxParamLength }),
    ...(requiredRole === undefined ? {} : { requiredRole }),
    routes: routes.map(routeOf),
  };
}

function routeOf({ method, path, version, ...rest }: AccessRoute): AccessRoute {
  const { isConditional, isPublic, anyOf, isFresh, maxAge } = rest;
  return {
    method,
    path,
    ...(version === undefined ? {} : { version }),
    isConditional,
    isPublic,
    anyOf,
    isFresh,
    ...(maxAge === undefined ? {} : { maxAge }),
  };
}

function isCatalogue(value: unknown): value is AccessCatalogue {
  return (
    isObject(value) &&
    value.v === CATALOGUE_VERSION &&
    isText(value.service) &&
    (value.version === undefined || isText(value.version)) &&
    (value.router === 'express' || value.router === 'fastify') &&
    (value.maxParamLength === undefined || isPositiveInteger(value.maxParamLength)) &&
    (value.requiredRole === undefined || isText(value.requiredRole)) &&
    Array.isArray(value.routes) &&
    value.routes.length <= MAX_ROUTES &&
    value.routes.every(isRoute)
  );
}

function isRoute(value: unknown): value is AccessRoute {
  return (
    isObject(value) &&
    typeof value.method === 'string' &&
    /^[A-Z][A-Z-]{1,31}$/.test(value.method) &&
    typeof value.path === 'string' &&
    value.path.length <= MAX_PATTERN &&
    (value.version === undefined || isTextList(value.version)) &&
    typeof value.isConditional === 'boolean' &&
    typeof value.isPublic === 'boolean' &&
    isTextList(value.anyOf) &&
    // A route that is open to everybody and asks for a role contradicts itself.
    !(value.isPublic && value.anyOf.length > 0) &&
    typeof value.isFresh === 'boolean' &&
    // An age is looked at where the session is fresh.
    (value.maxAge === undefined || (value.isFresh && isPositiveInteger(value.maxAge)))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_LIST && value.every(isText);
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
