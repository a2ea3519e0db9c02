/**
 * A header of a message on a transport that has some; `undefined` on others. What is sent twice is joined
 * by a comma, as in HTTP (RFC 9110, 5.3), and is then neither one.
 *
 * Of each transport its context is recognised by what it can do: only who uses a transport has its
 * package installed.
 *
 * @param context What Nest gives to the handler beside the data.
 * @param name In lower case.
 */
export function transportHeader(context: object, name: string): string | undefined {
  const values = valuesOf(context, name).map(toText);
  return values.length > 0 && values.every((it) => it !== undefined)
    ? values.join(', ')
    : undefined;
}

function valuesOf(context: object, name: string): unknown[] {
  // gRPC: the metadata itself, whose getMap() no other context has.
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

/** Kafka gives bytes. */
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
