import type { Session, SessionFields } from '../session/session.js';
import { requireReadable } from '../session/session-record.js';

/** Fields of a session that the issuing app may change. Ids and timeouts are not among them. */
export type ChangeableField = 'data' | 'roles' | 'user';

/** Changes one field of one or more sessions, and remembers which sessions it made different. */
export class FieldChanges<Field extends ChangeableField> {
  /** By session id: a retried change counts with its last result. */
  readonly #outcomes = new Map<string, boolean>();

  constructor(
    private readonly field: Field,
    private readonly change: (session: Session) => Session[Field],
  ) {}

  /** @throws InvalidSessionError for a result that no service could read */
  applyTo(session: Session): Session {
    const { field } = this;
    const changed: Partial<SessionFields> = { [field]: this.change(session) };
    const readable = requireReadable(Object.assign({}, session, changed));
    this.#outcomes.set(
      session.id,
      JSON.stringify(readable[field]) !== JSON.stringify(session[field]),
    );
    return session.with({ [field]: readable[field] });
  }

  /** Whether the last change of a session made a difference. */
  hasChanged(id: string): boolean {
    return this.#outcomes.get(id) === true;
  }
}
