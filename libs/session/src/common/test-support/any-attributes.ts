import type { Session } from '../../session/session.js';

/** `Sessions` without the compile-time types of the services' write-once attributes. */
export interface AnyAttributes {
  add(session: Session, name: string, value: unknown): Promise<void>;
  read(session: Session, service: string): Promise<Record<string, unknown>>;
}
