/**
 * Envelope that identifies the caller of a message, on transports without headers. The `data` of the message
 * is this envelope, which contains the data for the handler.
 */
export interface Envelope {
  readonly '@session': unknown;
  readonly data?: unknown;
}

/** Index of the data among the arguments of a message's handler. */
const DATA = 0;

/**
 * Removes the envelope of a message, so that the handler receives the data alone.
 *
 * @param args Arguments of the handler, which are changed.
 * @returns the envelope; `null` for a message without one
 */
export function removeEnvelope(args: unknown[]): Envelope | null {
  const envelope = envelopeIn(args[DATA]);
  if (envelope !== null) args[DATA] = envelope.data;
  return envelope;
}

/** Returns the data of a message as its envelope; `null` for a message without one. */
export function envelopeIn(data: unknown): Envelope | null {
  return isEnvelope(data) ? data : null;
}

function isEnvelope(data: unknown): data is Envelope {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, '@session');
}
