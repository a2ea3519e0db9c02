import type { Session } from '../session/session.js';

/** Whether a reply is an object with fields. */
export function isReply(reply: unknown): reply is Readonly<Record<string, unknown>> {
  return typeof reply === 'object' && reply !== null && !Array.isArray(reply);
}

/**
 * Returns the minimum remaining idle timeout of a session, in milliseconds; `null` when the reply has no
 * valid value. gRPC delivers large numbers as objects or text.
 */
export function idleLeftIn(reply: unknown, { idleTimeout }: Session): number | null {
  if (!isReply(reply) || reply.idleLeft === undefined || reply.idleLeft === null) return null;
  const left = Number(reply.idleLeft);
  return Number.isSafeInteger(left) && left >= 0 ? Math.min(left, idleTimeout) : null;
}

/** Returns the write-once attributes in a reply; `null` when the reply or an entry is malformed. */
export function attributesIn(reply: unknown): ReadonlyMap<string, string> | null {
  if (!isReply(reply)) return null;
  // gRPC omits empty lists.
  const entries = reply.additions ?? [];
  if (!Array.isArray(entries)) return null;
  const attributes = new Map<string, string>();
  for (const entry of entries as unknown[]) {
    if (!isReply(entry)) return null;
    const { name, value } = entry;
    if (typeof name !== 'string' || typeof value !== 'string') return null;
    attributes.set(name, value);
  }
  return attributes;
}
