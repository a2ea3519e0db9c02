import { type KeyObject, randomBytes } from 'node:crypto';
import { decode, type Jwt, type JwtPayload, sign, verify } from 'jsonwebtoken';
import { isServiceName } from '../options/service-name.js';
import type { CallKeys } from './call.options.js';
import { type CallContent, digestOf } from './call-content.js';

/** Seconds that a call may take to arrive. */
const LIFETIME = 30;
/** Seconds that two machines' clocks may differ. */
const CLOCK_TOLERANCE = 5;
/** The longest that a receiver accepts one call, in seconds: the caller's clock may be ahead, the receiver's behind. */
export const LONGEST_LIFE = LIFETIME + 2 * CLOCK_TOLERANCE;
/** Of the name of a call. It has to differ within {@link LONGEST_LIFE}, and is no secret. */
const ID_BYTES = 12;
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

/** A call whose signature is valid, and the content that it was signed for. */
export interface ProvenCall {
  readonly call: SignedCall;
  /** Names the call: no two have the same. */
  readonly id: string;
  /** The action that it was signed for, see {@link CallContent}. */
  readonly action: string;
  /** Of the body; `null` where the caller did not read it. */
  readonly digest: string | null;
}

/**
 * Signs and checks calls: a JWT (RFC 7519) with HMAC and SHA-256 of `iss`, `aud`, `iat`, `exp`, `jti`, of
 * what is asked for, `call` and `body`, and, on behalf of a session, `ref`. It holds no token, and is good
 * for one service, one content and half a minute.
 *
 * Synchronous, as Nest's serializers are.
 */
export class CallTokens {
  /** @param service The name of this service: who signs, and for whom a call must be meant. */
  constructor(
    private readonly service: string,
    private readonly keys: CallKeys,
  ) {}

  /** @param reference The session on whose behalf the call is; `null` for the service's own. */
  sign(audience: string, reference: string | null, content: CallContent): string {
    const digest = digestOf(content);
    return sign(
      {
        ...(reference === null ? {} : { ref: reference }),
        call: content.action,
        ...(digest === null ? {} : { body: digest }),
      },
      this.keys.own,
      {
        algorithm: 'HS256',
        header: { alg: 'HS256', typ: TYPE },
        issuer: this.service,
        audience,
        expiresIn: LIFETIME,
        jwtid: randomBytes(ID_BYTES).toString('base64url'),
      },
    );
  }

  /** What a call says, or `null` when it is forged, expired, or not for this service. */
  verify(token: string): ProvenCall | null {
    const caller = issuerOf(token);
    if (caller === null) return null;
    for (const key of this.keys.of(caller)) {
      const proven = this.#verifyWith(key, token, caller);
      if (proven !== null) return proven;
    }
    return null;
  }

  #verifyWith(key: KeyObject, token: string, caller: string): ProvenCall | null {
    try {
      const { header, payload } = this.#verified(key, token, caller);
      if (header.typ !== TYPE || typeof payload !== 'object' || isAhead(payload)) return null;
      return {
        call: { caller, reference: optionalText(payload, 'ref') },
        id: text(payload, 'jti'),
        action: text(payload, 'call'),
        digest: optionalText(payload, 'body'),
      };
    } catch {
      return null;
    }
  }

  #verified(key: KeyObject, token: string, caller: string): Jwt {
    return verify(token, key, {
      algorithms: ['HS256'],
      audience: this.service,
      issuer: caller,
      maxAge: LIFETIME,
      clockTolerance: CLOCK_TOLERANCE,
      complete: true,
    });
  }
}

/** Whether a call was signed for what it came with: its body too, unless neither side has read it. */
export function isFor({ action, digest }: ProvenCall, content: CallContent): boolean {
  try {
    return action === content.action && digest === digestOf(content);
  } catch {
    // Nested deeper than the stack.
    return false;
  }
}

/** `null` for what no service can be called: names go into logs, and into `@AllowServices()`. */
function issuerOf(token: string): string | null {
  try {
    const claims = decode(token, { json: true });
    return typeof claims?.iss === 'string' && isServiceName(claims.iss) ? claims.iss : null;
  } catch {
    return null;
  }
}

/** Whether it was signed in the future: it would be good for longer than a call may be. */
function isAhead({ iat = Infinity }: JwtPayload): boolean {
  return iat > Date.now() / 1_000 + CLOCK_TOLERANCE;
}

function optionalText(payload: JwtPayload, claim: string): string | null {
  return payload[claim] === undefined ? null : text(payload, claim);
}

/** @throws TypeError for what this service does not sign */
function text(payload: JwtPayload, claim: string): string {
  const value: unknown = payload[claim];
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${claim} is not text`);
}
