import type { SecurityHeadersOptions } from '@nestjs/common';
import { resolveSecurityHeaders } from '@nestjs/core/security/security-headers';

const NOTHING = "'none'";

/** Responses are data: a browser that renders a response as a page loads, sends and frames nothing. */
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

/** The same headers as names and values, for responses that Nest does not handle. */
export const SECURITY_HEADER_LIST: readonly (readonly [name: string, value: string])[] =
  resolveSecurityHeaders(SECURITY_HEADERS).headers;
