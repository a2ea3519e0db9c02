// #region carts
import { Injectable } from '@nestjs/common';
import { OnSessionEvent, type SessionEvent } from 'nest-sessions/events';

@Injectable()
export class Carts {
  readonly #items = new Map<string, string[]>();

  of(sessionId: string): readonly string[] {
    return this.#items.get(sessionId) ?? [];
  }

  add(sessionId: string, item: string) {
    this.#items.set(sessionId, [...this.of(sessionId), item]);
  }

  /** A rotated session continues under another id. */
  @OnSessionEvent('rotated', 'revoked', 'expired')
  followSession(event: SessionEvent) {
    const id = event.type === 'rotated' ? event.previousSessionId : event.sessionId;
    for (const item of this.of(id)) {
      if (event.type === 'rotated') this.add(event.sessionId, item);
    }
    this.#items.delete(id);
  }
}
// #endregion carts
