import { isServiceName } from 'nest-sessions/common';
import { ValidateBy } from 'class-validator';

/** Minimum length that the library requires: RFC 7518, 3.2. */
const MIN_SECRET_BYTES = 32;

/** Accepts a secret that is long enough. The message does not repeat the secret. */
export function IsCallSecret(): PropertyDecorator {
  return ValidateBy({
    name: 'isCallSecret',
    validator: {
      validate: isSecret,
      defaultMessage: () =>
        `is too short: give ${MIN_SECRET_BYTES} bytes or more, for example from 'openssl rand -hex 32'.`,
    },
  });
}

/** Rejects a variable that has no use without a secret to sign with. */
export function NeedsOwnSecret(): PropertyDecorator {
  return ValidateBy({
    name: 'needsOwnSecret',
    validator: {
      validate: (_, args) => (args?.object as Secrets).SESSION_CALL_SECRET !== undefined,
      defaultMessage: () =>
        'set SESSION_CALL_SECRET as well, with which this service signs its own calls.',
    },
  });
}

/**
 * Parses `orders:secret,products:secret`. A service that is listed twice has two secrets, while one secret
 * replaces the other.
 *
 * @returns the text itself when it cannot be parsed, for {@link IsCallers} to reject
 */
export function toCallers(text: string): Readonly<Record<string, readonly string[]>> | string {
  const callers = new Map<string, string[]>();
  for (const entry of text.split(',')) {
    const [name = '', ...rest] = entry.trim().split(':');
    const secret = rest.join(':');
    if (!isServiceName(name) || !isSecret(secret)) return text;
    callers.set(name, [...(callers.get(name) ?? []), secret]);
  }
  return Object.fromEntries(callers);
}

/**
 * Accepts a list that {@link toCallers} could parse. The message does not repeat the list: it holds secrets.
 */
export function IsCallers(): PropertyDecorator {
  return ValidateBy({
    name: 'isCallers',
    validator: {
      validate: (value) => typeof value === 'object',
      defaultMessage: () =>
        `give services with secrets of ${MIN_SECRET_BYTES} bytes or more, such as 'orders:<secret>,products:<secret>'.`,
    },
  });
}

interface Secrets {
  readonly SESSION_CALL_SECRET?: string;
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && Buffer.byteLength(value) >= MIN_SECRET_BYTES;
}

/** Requires a call secret for services that reach no Redis: they must prove their names. */
export function NeedsCallSecret(): PropertyDecorator {
  return ValidateBy({
    name: 'needsCallSecret',
    validator: {
      validate: (value, args) =>
        value === 'redis' || (args?.object as Secrets).SESSION_CALL_SECRET !== undefined,
      defaultMessage: () =>
        'needs SESSION_CALL_SECRET, the same as in auth: a service without Redis proves its name with it.',
    },
  });
}
