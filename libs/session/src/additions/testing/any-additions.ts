import type { Session } from '../../session/session.js';

/** What the compiler knows of other services' additions is of no concern here. */
export interface AnyAdditions {
  add(session: Session, name: string, value: unknown): Promise<void>;
  read(session: Session, service: string): Promise<Record<string, unknown>>;
}
