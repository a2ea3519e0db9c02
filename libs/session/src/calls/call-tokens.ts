import { decode, sign, verify, type JwtPayload } from 'jsonwebtoken';
import { isServiceName } from '../options/service-name';
import type { CallKeys } from './call.options';

/** Seconds that a call may take to arrive. */
const LIFETIME = 30;
/** Seconds that two machines' clocks may differ. */
const CLOCK_TOLERANCE = 5;
/** Nothing else that is signed with the same key is a call (RFC 8725, 3.11). */
const TYPE = 'session-call+jwt';

/** What a call says that was signed by the service that it comes from. */
export type SignedCall = ServiceCall | ReferredCall;

/** A service calls by itself. */
export interface ServiceCall {
  readonly caller: string;
  readonly reference: null;
}

/** A service calls on behalf of a session. */
export interface ReferredCall {
  readonly caller: string;
  /** The session, as `SessionSource.refer` named it there. */
  readonly reference: string;
}

/**
 * Signs and checks calls: a JWT (RFC 7519) of `iss`, `aud`, `iat`, `exp` and, on behalf of a session,
 * `ref`, with HMAC and SHA-256. It holds no token, and is good for one service and half a minute.
 *
 * Synchronous, as Nest's serializers are.
 */
export class CallTokens {
  /** @param service The name of this service: who signs, and for whom a call must be meant. */
  constructor(
    private readonly service: string,
    private readonly keys: CallKeys,
  ) {}

  sign(audience: string, reference: string | null): string {
    return sign(reference === null ? {} : { ref: reference }, this.keys.own, {
      algorithm: 'HS256',
      header: { alg: 'HS256', typ: TYPE },
      issuer: this.service,
      audience,
      expiresIn: LIFETIME,
    });
  }

  /** What a call says, or `null` when it is forged, expired, or not for this service. */
  verify(token: string): SignedCall | null {
    try {
      const caller = issuerOf(token);
      const key = caller === null ? null : this.keys.of(caller);
      if (caller === null || key === null) return null;
      const { header, payload } = verify(token, key, {
        algorithms: ['HS256'],
        audience: this.service,
        issuer: caller,
        maxAge: LIFETIME,
        clockTolerance: CLOCK_TOLERANCE,
        complete: true,
      });
      if (header.typ !== TYPE || typeof payload !== 'object' || isAhead(payload)) return null;
      return { caller, reference: referenceIn(payload) };
    } catch {
      return null;
    }
  }
}

/** `null` for what no service can be called: names go into logs, and into `@AllowServices()`. */
function issuerOf(token: string): string | null {
  const claims = decode(token, { json: true });
  return typeof claims?.iss === 'string' && isServiceName(claims.iss) ? claims.iss : null;
}

/** Whether it was signed in the future: it would be good for longer than a call may be. */
function isAhead({ iat = Infinity }: JwtPayload): boolean {
  return iat > Date.now() / 1_000 + CLOCK_TOLERANCE;
}

/** @throws TypeError for what this service does not sign */
function referenceIn({ ref }: JwtPayload): string | null {
  if (ref === undefined) return null;
  if (typeof ref === 'string' && ref !== '') return ref;
  throw new TypeError('ref is not text');
}
