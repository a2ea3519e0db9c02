import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { reauthenticationRequired } from '../errors/reauthentication-required.js';
import { type SessionCheck, SessionChecks } from '../guard/session-checks.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import type { AccessRule } from '../roles/access-rules.js';
import type { Session } from '../session/session.js';
import { BindingCheck, type ClientRequest } from './binding-check.js';

/** Index of the request among a handler's arguments. */
const REQUEST = 0;

/** Method of the handshakes of WebSockets, as their feature names it. */
const UPGRADE = 'UPGRADE';

/**
 * Rejects a request over HTTP, or the handshake of a WebSocket, of another client than the client that signed in.
 */
@Injectable()
export class SameClientCheck implements SessionCheck {
  constructor(
    checks: SessionChecks,
    private readonly binding: BindingCheck,
    @Inject(SESSION_OPTIONS) private readonly options: SessionOptions,
  ) {
    if (binding.compares) checks.add(this);
  }

  check(session: Session, context: ExecutionContext, { acceptsChangedClient }: AccessRule): void {
    const request = requestOf(context);
    if (request === null) return;
    if (this.binding.allows(session, request, acceptsChangedClient)) return;
    throw reauthenticationRequired({ at: this.options.reauthenticateAt, who: { session } });
  }
}

/** Returns the request, with what it shows of the client; `null` for messages. */
function requestOf(context: ExecutionContext): ClientRequest | null {
  const request = context.getArgByIndex<(ClientRequest & { method?: unknown }) | undefined>(
    REQUEST,
  );
  if (request === undefined) return null;
  if (context.getType() === 'http') return request;
  // No adapter reads the handshake, so the client's address behind a proxy is unknown.
  return context.getType() === 'ws' && request.method === UPGRADE
    ? { headers: request.headers }
    : null;
}
