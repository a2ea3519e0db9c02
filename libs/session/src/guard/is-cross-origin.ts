/**
 * Headers in which a browser describes the page that causes a request. Names are lower-case, as in Node.js.
 */
export interface PageHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | undefined;
}

/** Methods that change nothing (RFC 9110, 9.2.1). Methods are case-sensitive. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a page of another origin requests a change of state.
 *
 * `Sec-Fetch-Site` decides if the browser sends it (https://www.w3.org/TR/fetch-metadata/), else `Origin`,
 * whose host must equal `Host`. A client that sends neither is not a browser. The `Origin` of a trusted
 * origin passes.
 */
export function isCrossOrigin(
  method: string,
  headers: PageHeaders,
  trustedOrigins: ReadonlySet<string>,
): boolean {
  if (SAFE_METHODS.includes(method)) return false;
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwn =
    site === undefined
      ? origin === undefined || isOf(origin, headers.host)
      : site === 'same-origin' || site === 'none';
  return !isOwn && (origin === undefined || !trustedOrigins.has(origin));
}

/** Compares the host and port; the scheme that the browser used is not known behind a proxy. */
function isOf(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: expected } = new URL(origin);
  // Both hosts without the default port of the scheme.
  return (
    expected !== '' &&
    URL.canParse(`${protocol}//${host}`) &&
    new URL(`${protocol}//${host}`).host === expected
  );
}
