/** The largest body that is read, in bytes. Nothing that the services take comes near it. */
export const MAX_BODY = 16 * 1024;

/** How deep objects and lists may lie in each other in a body. */
export const MAX_BODY_DEPTH = 32;

/** The request line and all headers together, in bytes: Node.js' own default, whatever it is started with. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** How many headers a request may have. Browsers behind a chain of proxies send some forty. */
export const MAX_HEADERS = 100;

/** The longest request target, in characters: as long as RFC 9110, 4.1 asks servers to take. */
export const MAX_TARGET = 8_000;

/** How many parameters a query may have. */
export const MAX_QUERY_PARAMETERS = 100;

/** Until the headers of a request must be there, in milliseconds. */
export const HEADERS_TIMEOUT = 10_000;

/** Until the whole of a request must be there, in milliseconds: 16 KiB at 0.6 KiB a second. */
export const REQUEST_TIMEOUT = 30_000;

/** How often the two are looked at, in milliseconds. */
export const TIMEOUT_CHECK_INTERVAL = 5_000;

/**
 * How long a connection stays open between two requests, in milliseconds: longer than load balancers keep
 * theirs (60 s), so that none sends a request into a connection that is just being closed.
 */
export const KEEP_ALIVE_TIMEOUT = 65_000;
