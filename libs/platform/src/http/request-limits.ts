/** Maximum size of a body, in bytes. No body that the services accept comes near it. */
export const MAX_BODY = 16 * 1024;

/** Maximum nesting depth of objects and lists in a body. */
export const MAX_BODY_DEPTH = 32;

/**
 * Maximum size of the request line and all headers together, in bytes: Node.js' default, whatever its start
 * options.
 */
export const MAX_HEADER_BYTES = 16 * 1024;

/** Maximum number of headers in a request. Browsers behind a chain of proxies send about forty. */
export const MAX_HEADERS = 100;

/**
 * Maximum length of a request target, in characters: the length that RFC 9110, 4.1 asks servers to support.
 */
export const MAX_TARGET = 8_000;

/** Maximum number of parameters in a query. */
export const MAX_QUERY_PARAMETERS = 100;

/** Time limit for the headers of a request, in milliseconds. */
export const HEADERS_TIMEOUT = 10_000;

/** Time limit for a whole request, in milliseconds: 16 KiB at 0.6 KiB a second. */
export const REQUEST_TIMEOUT = 30_000;

/** Interval at which both time limits are checked, in milliseconds. */
export const TIMEOUT_CHECK_INTERVAL = 5_000;

/**
 * Time that a connection stays open between two requests, in milliseconds. It exceeds that of load balancers
 * (60 s), so that they send no request into a connection that is being closed.
 */
export const KEEP_ALIVE_TIMEOUT = 65_000;
