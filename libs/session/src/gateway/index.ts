/**
 * Signed identity: verifies the session that a gateway passes on, without a request to Redis.
 *
 * @module nest-sessions/gateway
 */

export { SessionInstruments } from '../instruments/session-instruments.js';
export { IDENTITY_HEADER } from '../token/token-headers.js';
export type { GatewayLimits, GatewayOptions } from './gateway.options.js';
export { GatewaySessionSource } from './gateway-session.source.js';
export { IdentitySigner, type SignOptions } from './identity-signer.js';
export type { PublishedKey } from './published-key.js';
export { SessionGatewayModule } from './session-gateway.module.js';
export { SessionIdentityModule } from './session-identity.module.js';
export {
  type SessionIdentityModuleOptions,
  SessionIdentityOptions,
} from './session-identity.options.js';
