import { type CallContent, UNREAD } from './call-content.js';

/**
 * Returns the signed part of a call over gRPC: the method's path and the message. Omits fields with the
 * default value of their type: protobuf does not distinguish them from absent fields, and some loaders fill
 * them in.
 *
 * @param message Message as the receiver's loader returns it; {@link UNREAD} for a stream.
 */
export function grpcContent(path: string, message: unknown): CallContent {
  return { action: path, body: message === UNREAD ? UNREAD : (plain(message) ?? {}) };
}

/** Returns the value as JSON; `undefined` for a default value. */
function plain(value: unknown): unknown {
  if (value === null || value === false || value === 0 || value === '') return undefined;
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return textOrNothing(Buffer.from(value).toString('base64'));
  if (Array.isArray(value))
    return value.length > 0 ? value.map((it) => plain(it) ?? null) : undefined;
  if (isLong(value)) return value.low === 0 && value.high === 0 ? undefined : value.toString();
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const it = plain(field);
    return it === undefined ? [] : [[name, it] as const];
  });
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

function textOrNothing(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/**
 * Returns whether a value is a 64-bit integer, which loaders return as an object unless configured otherwise.
 */
function isLong(value: object): value is { low: number; high: number; toString(): string } {
  const { low, high, unsigned } = value as Readonly<Record<string, unknown>>;
  return typeof low === 'number' && typeof high === 'number' && typeof unsigned === 'boolean';
}
