/**
 * Primitives that several entry points share: durations, origins, networks.
 *
 * @module nest-sessions/common
 */

export { type CsrfOptions, isOrigin } from '../options/csrf.options.js';
export { type Duration, toMilliseconds } from './duration.js';
export { isRedirectTarget } from './redirect-target.js';
export { isServiceName } from './service-name.js';
export { withoutPort } from './without-port.js';
