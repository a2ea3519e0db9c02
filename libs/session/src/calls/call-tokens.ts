import { type KeyObject, randomBytes } from 'node:crypto';
import jwt, { type Jwt, type JwtPayload } from 'jsonwebtoken';
import { isServiceName } from '../common/service-name.js';
import type { SignedCall } from '../source/signed-call.js';
import type { CallKeys } from './call.options.js';
import { type CallContent, digestOf } from './call-content.js';

/** Maximum time for a call to arrive, in seconds. */
const LIFETIME = 30;
/** Maximum difference between the clocks of two machines, in seconds. */
const CLOCK_TOLERANCE = 5;
/**
 * Longest time in which a receiver accepts one call, in seconds. The caller's clock may be ahead, and the
 * receiver's clock behind.
 */
export const LONGEST_LIFE = LIFETIME + 2 * CLOCK_TOLERANCE;
/** Length of a call's id, in bytes. The id must be unique within {@link LONGEST_LIFE}, and is not secret. */
const ID_BYTES = 12;
/** Type of the JWT: nothing else that is signed with the same key is a call (RFC 8725, 3.11). */
const TYPE = 'session-call+jwt';

/** Call with a valid signature, and the signed content. */
export interface ProvenCall {
  readonly call: SignedCall;
  /** Unique id of the call. */
  readonly id: string;
  /** Signed action, see {@link CallContent}. */
  readonly action: string;
  /** Digest of the signed body; `null` when the caller did not read the body. */
  readonly digest: string | null;
}

/**
 * Signs and verifies calls. A call is a JWT (RFC 7519) that is signed with HMAC and SHA-256. Its claims are
 * `iss`, `aud`, `iat`, `exp` and `jti`, the content in `call` and `body`, and, on behalf of a session, `ref`.
 * A call contains no token, and is valid for one service, one content and 30 seconds.
 *
 * Synchronous, like Nest's serializers.
 */
export class CallTokens {
  /**
   * @param service Name of this service: the issuer of its calls, and the required audience of received
   *   calls.
   * @param keys `null` when calls carry the user's token.
   */
  constructor(
    private readonly service: string,
    private readonly keys: CallKeys | null,
  ) {}

  /** Whether calls are signed, rather than carrying the user's token. */
  get isSigning(): boolean {
    return this.keys !== null;
  }

  /**
   * Signs a call.
   *
   * @param reference Session on whose behalf the call is made; `null` for a call by the service itself.
   */
  sign(audience: string, reference: string | null, content: CallContent): string {
    if (this.keys === null) throw new TypeError('a call cannot be signed without a secret');
    const digest = digestOf(content);
    return jwt.sign(
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

  /** Returns the proven call; `null` when the token is forged, expired, or not for this service. */
  verify(token: string): ProvenCall | null {
    const caller = issuerOf(token);
    if (caller === null) return null;
    for (const key of this.keys?.of(caller) ?? []) {
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
    return jwt.verify(token, key, {
      algorithms: ['HS256'],
      audience: this.service,
      issuer: caller,
      maxAge: LIFETIME,
      clockTolerance: CLOCK_TOLERANCE,
      complete: true,
    });
  }
}

/**
 * Returns whether a call was signed for the content that came with it. The body counts as well, unless
 * neither side has read it.
 */
export function isFor({ action, digest }: ProvenCall, content: CallContent): boolean {
  try {
    return action === content.action && digest === digestOf(content);
  } catch {
    // The body is nested deeper than the stack.
    return false;
  }
}

/**
 * Returns the issuer; `null` when it is not a valid service name. Names appear in logs and in
 * `@AllowServices()`.
 */
function issuerOf(token: string): string | null {
  try {
    const claims = jwt.decode(token, { json: true });
    return typeof claims?.iss === 'string' && isServiceName(claims.iss) ? claims.iss : null;
  } catch {
    return null;
  }
}

/** Returns whether a call was signed in the future, and would therefore be valid for too long. */
function isAhead({ iat = Infinity }: JwtPayload): boolean {
  return iat > Date.now() / 1_000 + CLOCK_TOLERANCE;
}

function optionalText(payload: JwtPayload, claim: string): string | null {
  return payload[claim] === undefined ? null : text(payload, claim);
}

/** @throws TypeError for a claim that no service of this library signs */
function text(payload: JwtPayload, claim: string): string {
  const value: unknown = payload[claim];
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${claim} is not text`);
}
