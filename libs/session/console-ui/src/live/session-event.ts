const TYPES = [
  'created',
  'rotated',
  'revoked',
  'expired',
  'rolesChanged',
  'userChanged',
  'dataChanged',
] as const;

/** A change of a session, as the event stream reports it. */
export interface SessionEvent {
  readonly type: (typeof TYPES)[number];
  readonly sessionId: string;
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string | null;
  readonly reason: string | null;
  readonly roles?: readonly string[];
  readonly previousSessionId?: string;
}

/** Reads a message of the stream. Returns `null` for a type that this version does not know. */
export function readSessionEvent(type: string, data: string): SessionEvent | null {
  if (!(TYPES as readonly string[]).includes(type)) return null;
  try {
    const event = JSON.parse(data) as Partial<SessionEvent> | null;
    if (typeof event?.sessionId !== 'string' || typeof event.userId !== 'string') return null;
    return { at: 0, by: null, reason: null, ...event, type } as SessionEvent;
  } catch {
    return null;
  }
}
