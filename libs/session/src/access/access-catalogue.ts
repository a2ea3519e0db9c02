import { hash } from 'node:crypto';
import { weightOf } from './access-weight.js';
import type { AccessRouter } from './access-router.js';

/** Format version that this code writes and reads. A catalogue of any other version is not valid. */
const CATALOGUE_VERSION = 1;

/** Maximum length of a service's catalogue, in characters of JSON. */
export const MAX_CATALOGUE_LENGTH = 1_048_576;
const MAX_ROUTES = 10_000;
/** Maximum number of nodes that a reader keeps in memory for one service, each less than a kilobyte. */
const MAX_WEIGHT = 150_000;
/** Maximum length of a path's pattern, in characters. */
const MAX_PATTERN = 1_024;
/** Maximum length of a role, a version or a release, in characters. */
const MAX_TEXT = 256;
/** Maximum number of roles or versions of one route. */
const MAX_LIST = 64;

export type { AccessRouter };

/** Route of a service, and its requirements for the caller. */
export interface AccessRoute {
  /** An HTTP method in upper case, or `ALL`. */
  readonly method: string;
  /** Pattern as the service's router has it, including the global prefix and a version in the path. */
  readonly path: string;
  /** Versions selected by a header or a media type, when one path leads to several handlers. */
  readonly version?: readonly string[];
  /**
   * Whether the router may skip the route although method and path match, depending on other parts of the
   * request: a version, the host.
   */
  readonly isConditional: boolean;
  /** Whether the route needs no session. */
  readonly isPublic: boolean;
  /** Roles of which the caller needs one; empty when no role is needed. */
  readonly anyOf: readonly string[];
  /** `skipsCache` of the route's `AccessRule`, under its published name. */
  readonly isFresh: boolean;
  /** `maxSignInAge` of the route's `AccessRule`, under its published name. No limit when absent. */
  readonly maxAge?: number;
}

/** Route requirements of a service, in the order of its router. */
export interface AccessCatalogue {
  /** Name of the service, under which it also adds write-once attributes to sessions. */
  readonly service: string;
  /** Release of the service, which distinguishes catalogues of different releases. */
  readonly version?: string;
  /** Router of the service, which defines the precedence of the routes. */
  readonly router: AccessRouter;
  /** Maximum length of a parameter, in decoded characters. Fastify skips a route with a longer parameter. */
  readonly maxParamLength?: number;
  /** Role that every user of the service needs, except on public routes. */
  readonly requiredRole?: string;
  /** Routes in the order of the router. */
  readonly routes: readonly AccessRoute[];
}

/**
 * Encodes a catalogue as the JSON that is published. The format is public: services in other languages may
 * publish their own catalogues. A change of meaning raises `v`.
 *
 * @throws RangeError when the catalogue exceeds the limits of a reader.
 */
export function encodeAccessCatalogue(catalogue: AccessCatalogue): string {
  const json = JSON.stringify({ v: CATALOGUE_VERSION, ...catalogue });
  if (decodeAccessCatalogue(catalogue.service, json) === null) {
    throw new RangeError(
      `The routes of '${catalogue.service}' cannot be published, because a limit is ` +
        `exceeded. Limits: ${MAX_ROUTES} routes, ${MAX_PATTERN} characters per path, ` +
        `${MAX_TEXT} per role, ${MAX_CATALOGUE_LENGTH} of JSON, and ${MAX_WEIGHT} segments in ` +
        'all forms of all paths.',
    );
  }
  return json;
}

/** Returns the SHA-256 of a catalogue's JSON, in base64url. */
export function digestOfCatalogue(json: string): string {
  return hash('sha256', json, 'base64url');
}

/**
 * Decodes a published catalogue. Returns `null` for anything that {@link encodeAccessCatalogue} does not
 * write: broken JSON, another version, a field of the wrong type or size, more than a reader can keep, the
 * catalogue of another service. Drops unknown additional fields.
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

/** Copies the known fields. Unknown published fields are not passed on. */
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
    // A public route that requires a role contradicts itself.
    !(value.isPublic && value.anyOf.length > 0) &&
    typeof value.isFresh === 'boolean' &&
    // A maximum age applies only to a session that was read past the caches.
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
