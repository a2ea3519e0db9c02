/**
 * What says on whose behalf a message comes, where the transport has no headers: `data` is then this
 * envelope around what the handler is to see.
 */
export interface Envelope {
  readonly '@session': unknown;
  readonly data?: unknown;
}

export function isEnvelope(data: unknown): data is Envelope {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, '@session');
}
