import { ValidateBy, type ValidationArguments } from 'class-validator';

/** Two labels or more: browsers reject a cookie for a whole top-level domain. */
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/** Prefix that browsers reject on a cookie with a domain, in any letter case (RFC 6265bis, 4.1.3.2). */
const HOST_PREFIX = /^__host-/i;

const DEFAULT_NAME = '__Host-sid';

/** Accepts a domain for the session cookie if `SESSION_COOKIE_NAME` permits a domain. */
export function IsCookieDomain(): PropertyDecorator {
  return ValidateBy({
    name: 'isCookieDomain',
    validator: {
      validate: (value, args) =>
        typeof value === 'string' && DOMAIN.test(value) && !HOST_PREFIX.test(nameIn(args)),
      defaultMessage: () =>
        'give the domain whose subdomains share the cookie, such as example.com, and set SESSION_COOKIE_NAME to a name without __Host-, such as __Secure-sid.',
    },
  });
}

function nameIn(args: ValidationArguments | undefined): string {
  const { SESSION_COOKIE_NAME } = args?.object as { SESSION_COOKIE_NAME?: string };
  return SESSION_COOKIE_NAME ?? DEFAULT_NAME;
}
