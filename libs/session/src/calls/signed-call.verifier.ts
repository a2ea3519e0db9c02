import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottledLogger } from '../common/throttled-logger.js';
import { callRefused } from '../errors/session-exception.js';
import { CallVerifier } from '../guard/call-verifier.js';
import type { SignedCall } from '../source/signed-call.js';
import { CallTokens, isFor } from './call-tokens.js';
import { receivedContent } from './received-content.js';
import { UsedCalls } from './used-calls.js';

const NOT_PROVEN =
  'A call was rejected: it is not signed for this service with a known secret, or is ' +
  'older than 30 seconds. Compare the secrets and the clocks of both services.';
const NOT_EXPECTED = `A signed call was rejected: this service has no secret to verify it with. Give SessionCallsModule a 'secret'.`;
const NOT_FOR_THIS =
  'A call was rejected: its signature is for another message, path or body. An attacker ' +
  'or a proxy that rewrites paths changed it, or the services load a .proto file with ' +
  'different options.';
const REPEATED =
  'A call was rejected: it was received before. A signature is valid for one use: sign the call again to repeat it.';
/** Log interval, in milliseconds: any client that reaches this service can send calls that are rejected. */
const LOG_INTERVAL = 60_000;

/** Accepts each signed call once, and only with the content for which it was signed. */
@Injectable()
export class SignedCallVerifier extends CallVerifier {
  readonly #failures = new ThrottledLogger(SignedCallVerifier.name, LOG_INTERVAL);
  readonly #used = new UsedCalls();

  constructor(private readonly tokens: CallTokens) {
    super();
  }

  verify(call: string, context: ExecutionContext): SignedCall {
    if (!this.tokens.isSigning) throw this.#refused(NOT_EXPECTED);
    const proven = this.tokens.verify(call);
    if (proven === null) throw this.#refused(NOT_PROVEN);
    if (!isFor(proven, receivedContent(context))) throw this.#refused(NOT_FOR_THIS);
    if (!this.#used.add(proven.id)) throw this.#refused(REPEATED);
    return proven.call;
  }

  #refused(reason: string): Error {
    this.#failures.report(reason);
    return callRefused();
  }
}
