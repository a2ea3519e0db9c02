import type { ExecutionContext } from '@nestjs/common';

/** Contexts of messages. All guards of a message receive the same context. */
const decided = new WeakSet<ExecutionContext>();

/** Notes that the session guard decides about a message. */
export function noteDecision(context: ExecutionContext): void {
  decided.add(context);
}

/** Whether the session guard has decided about a message. Had it denied the message, no other guard would run. */
export function isDecided(context: ExecutionContext): boolean {
  return decided.has(context);
}
