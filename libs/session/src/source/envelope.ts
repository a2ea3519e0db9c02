/**
 * Envelope that identifies the caller of a message, on transports without headers. The `data` of the message
 * is this envelope, which contains the data for the handler.
 */
export interface Envelope {
  readonly '@session': unknown;
  readonly data?: unknown;
}

export function isEnvelope(data: unknown): data is Envelope {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, '@session');
}
