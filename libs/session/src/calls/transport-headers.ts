/**
 * Returns a header of a message; `undefined` on a transport without headers. Repeated headers are joined with
 * a comma, as in HTTP (RFC 9110, 5.3). The joined value is then equal to none of them.
 *
 * The context of each transport is recognised by its methods, because only applications that use a transport
 * have its package installed.
 *
 * @param context Context that Nest passes to the handler in addition to the data.
 * @param name Name in lower case.
 */
export function transportHeader(context: object, name: string): string | undefined {
  const values = valuesOf(context, name).map(toText);
  return values.length > 0 && values.every((it) => it !== undefined)
    ? values.join(', ')
    : undefined;
}

function valuesOf(context: object, name: string): unknown[] {
  // gRPC: the context is the metadata itself. No other context has getMap().
  if (can(context, 'getMap') && can(context, 'get')) return list(context.get(name));
  if (can(context, 'getHeaders')) {
    const headers = context.getHeaders();
    return isObject(headers) && can(headers, 'values') ? list(headers.values(name)) : [];
  }
  if (can(context, 'getMessage')) {
    const message = context.getMessage() as {
      headers?: unknown;
      properties?: { headers?: unknown };
    };
    return isObject(message)
      ? [...own(message.headers, name), ...own(message.properties?.headers, name)]
      : [];
  }
  return [];
}

function own(headers: unknown, name: string): unknown[] {
  return isObject(headers) && Object.hasOwn(headers, name)
    ? list((headers as Record<string, unknown>)[name])
    : [];
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** Returns a header value as text. Kafka sends bytes. */
function toText(value: unknown): string | undefined {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function can<M extends string>(
  value: object,
  method: M,
): value is object & Record<M, (...args: unknown[]) => unknown> {
  return typeof (value as Record<string, unknown>)[method] === 'function';
}
