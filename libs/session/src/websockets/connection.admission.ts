import { ForbiddenException, HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { describeError } from '../common/describe-error.js';
import { type SessionException, sessionRequired } from '../errors/session-exception.js';
import { Denials } from '../guard/denials.js';
import { SESSION_GUARD } from '../guard/session-guard.token.js';
import type { SessionGuard } from '../guard/session.guard.js';
import { AccessRules } from '../roles/access-rules.js';
import type { Session } from '../session/session.js';
import { sessionOf } from '../source/request-session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { ConnectionContext } from './connection.context.js';
import type { Gateway } from './gateway.js';
import type { Handshake } from './handshake.js';
import { Refusal } from './refusal.js';
import { CLOSED_SERVER, PUBLIC_SERVER } from './server-stand-ins.js';

/** Class and handler whose decorators apply to a connection. */
export type Target = Pick<Gateway, 'type' | 'handler'>;

/** Connection that the guard has admitted. */
export interface Admitted {
  /** `null` for an anonymous connection, and without a lookup on a `@Public()` gateway. */
  readonly session: Session | null;
  /** Requirements that the session must meet while the connection is open. */
  readonly required: readonly Target[];
}

/** Connection to be admitted. */
export interface Arrival {
  /** Object to which the guard attaches the session: the client, or the handshake before there is a client. */
  readonly client: object;
  readonly request: TokenRequest;
  /** Whether the arrival is a use of the session. */
  readonly isUse: boolean;
}

/** Asks the guard about connections, which a gateway receives without any of Nest's guards. */
@Injectable()
export class ConnectionAdmission {
  readonly #logger = new Logger('SessionWebSocketsModule');

  constructor(
    @Inject(SESSION_GUARD) private readonly guard: SessionGuard,
    private readonly rules: AccessRules,
    private readonly denials: Denials,
  ) {}

  /** Returns the arrival of a handshake. */
  arrivalOf(handshake: Handshake): Arrival {
    return { client: handshake, request: handshake, isUse: true };
  }

  /**
   * Admits a connection that all these gateways receive.
   *
   * @throws the denial of the guard, which is recorded
   */
  async toAll(targets: readonly Target[], arrival: Arrival): Promise<Admitted> {
    let session: Session | null = null;
    for (const target of targets) {
      await this.#activate(target, arrival);
      // A gateway with an optional session may attach `null` after another gateway has found the session.
      session ??= sessionOf(arrival.client) ?? null;
    }
    const required = session === null ? [] : this.#requiredOf(targets);
    return { session, required };
  }

  /**
   * Admits a handshake of a server on which each gateway receives a part of the connections, if one of the
   * gateways would admit it.
   *
   * @throws the denial of the guard, which is recorded
   */
  async toAny(gateways: readonly Gateway[], handshake: Handshake): Promise<Admitted> {
    const isPublic = gateways.some(
      ({ type, handler }) => this.rules.ofHandler(type, handler).isPublic,
    );
    const target = isPublic ? PUBLIC_SERVER : CLOSED_SERVER;
    const arrival = this.arrivalOf(handshake);
    const admitted = await this.toAll([target], arrival);
    if (isPublic || admitted.session === null) return admitted;
    let denial: SessionException | null = null;
    for (const gateway of gateways) {
      const found = this.#review(admitted.session, gateway, arrival);
      if (found === null) return admitted;
      denial ??= found;
    }
    const context = new ConnectionContext(target, handshake, handshake);
    throw this.denials.toThrow(denial ?? sessionRequired(), context);
  }

  /** Whether a session meets the requirements of all these gateways. Records nothing. */
  meets(session: Session, targets: readonly Target[], arrival: Arrival): boolean {
    return targets.every((target) => this.#review(session, target, arrival) === null);
  }

  /** Returns the answer to an error of this class. An error that is no denial is logged. */
  refusalOf(error: unknown): Refusal {
    if (!(error instanceof HttpException || error instanceof WsException)) {
      this.#logger.error(
        `A connection was refused, because the guard failed: ${describeError(error)}`,
      );
    }
    return Refusal.of(error);
  }

  async #activate(target: Target, { client, request, isUse }: Arrival): Promise<void> {
    const context = new ConnectionContext(target, client, request, isUse);
    if (!(await this.guard.canActivate(context))) throw new ForbiddenException();
  }

  #review(session: Session, target: Target, { client, request }: Arrival): SessionException | null {
    return this.guard.review(session, new ConnectionContext(target, client, request));
  }

  /** Public gateways keep their clients; of gateways with optional sessions only, any stands for all. */
  #requiredOf(targets: readonly Target[]): readonly Target[] {
    const closed = targets.filter(
      ({ type, handler }) => !this.rules.ofHandler(type, handler).isPublic,
    );
    return closed.length > 0 ? closed : targets.slice(0, 1);
  }
}
