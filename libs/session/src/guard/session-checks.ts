import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { AccessRule } from '../roles/access-rules.js';
import type { Session } from '../session/session.js';

/** Additional requirement of a feature. It applies to each request of a user with an authorized session. */
export interface SessionCheck {
  /** @throws SessionException when the request does not meet the requirement */
  check(session: Session, context: ExecutionContext, rule: AccessRule): void;
}

/** Additional requirements of the features of this application. */
@Injectable()
export class SessionChecks {
  readonly #checks: SessionCheck[] = [];

  add(check: SessionCheck): void {
    this.#checks.push(check);
  }

  /** @throws SessionException of the first requirement that the request does not meet */
  run(session: Session, context: ExecutionContext, rule: AccessRule): void {
    for (const check of this.#checks) check.check(session, context, rule);
  }
}
