import type { SecurityHeadersOptions } from '@nestjs/common';
import { resolveSecurityHeaders } from '@nestjs/core/security/security-headers';

const NOTHING = "'none'";

/** Answers are data: a browser that shows one as a page loads nothing, sends nothing, frames nothing. */
export const SECURITY_HEADERS: SecurityHeadersOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: NOTHING,
      baseUri: NOTHING,
      formAction: NOTHING,
      frameAncestors: NOTHING,
    },
  },
  xFrameOptions: { action: 'deny' },
};

/** The same as names and values, for answers that Nest has no part in. */
export const SECURITY_HEADER_LIST: readonly (readonly [name: string, value: string])[] =
  resolveSecurityHeaders(SECURITY_HEADERS).headers;
