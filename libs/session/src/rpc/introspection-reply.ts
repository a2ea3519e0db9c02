import type { Session } from '../session/session.js';

/** Whether an answer can be looked into at all. */
export function isReply(reply: unknown): reply is Readonly<Record<string, unknown>> {
  return typeof reply === 'object' && reply !== null && !Array.isArray(reply);
}

/**
 * For how long a session's idle timeout goes on at least, in milliseconds; `null` when the answer does
 * not say. gRPC gives large numbers as objects or text.
 */
export function idleLeftIn(reply: unknown, { idleTimeout }: Session): number | null {
  if (!isReply(reply) || reply.idleLeft === undefined || reply.idleLeft === null) return null;
  const left = Number(reply.idleLeft);
  return Number.isSafeInteger(left) && left >= 0 ? Math.min(left, idleTimeout) : null;
}

/** The additions in an answer, or `null` when one of them has not the form of one. */
export function additionsIn(reply: unknown): ReadonlyMap<string, string> | null {
  if (!isReply(reply)) return null;
  // gRPC leaves empty lists out.
  const entries = reply.additions ?? [];
  if (!Array.isArray(entries)) return null;
  const additions = new Map<string, string>();
  for (const entry of entries as unknown[]) {
    if (!isReply(entry)) return null;
    const { name, value } = entry;
    if (typeof name !== 'string' || typeof value !== 'string') return null;
    additions.set(name, value);
  }
  return additions;
}
