import { isIP } from 'node:net';
import { isOrigin } from 'nest-sessions/common';
import { type TransformFnParams, Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** Values that both Express' `trust proxy` and Fastify's `trustProxy` accept. */
export type TrustProxy = boolean | number | string;

/** Parses `off` and `on`, a number of hops, or a comma-separated list of addresses and networks. */
export function toTrustProxy(value: string): TrustProxy {
  if (/^(on|true)$/i.test(value)) return true;
  if (/^(off|false)$/i.test(value)) return false;
  return /^\d+$/.test(value) ? Number(value) : value;
}

/** Names of networks in Express and Fastify. */
const NETWORK_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** Accepts a result of {@link toTrustProxy} that both adapters accept. */
export function IsTrustProxy(): PropertyDecorator {
  return ValidateBy({
    name: 'isTrustProxy',
    validator: {
      validate: (value) => typeof value !== 'string' || toList(value).every(isProxy),
      defaultMessage: () =>
        "set it to 'on', 'off', a number of hops, or addresses and networks separated by commas, such as 10.0.0.1,192.168.0.0/16.",
    },
  });
}

function isProxy(item: string): boolean {
  const [address = '', bits, ...more] = item.split('/');
  const version = isIP(address);
  if (version === 0) return NETWORK_NAMES.includes(item);
  const most = version === 4 ? 32 : 128;
  return (
    more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

/** Splits `a, b` into `['a', 'b']`. */
export function toList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/**
 * Converts `on`, `true`, `off` and `false` to a boolean. Other values stay unchanged, for a validator to
 * reject.
 */
export function ToSwitch(): PropertyDecorator {
  return Transform(({ value }: TransformFnParams): unknown => {
    if (value === 'on' || value === 'true') return true;
    if (value === 'off' || value === 'false') return false;
    return value;
  });
}

/** Accepts a whole number within bounds, given in digits. */
export function IsWholeNumber({ min, max }: { min: number; max: number }): PropertyDecorator {
  return wholeNumber(min, max, `give a whole number from ${min} to ${max}.`);
}

/** Accepts a TCP port, given in digits; with 0 the system chooses a port. */
export function IsPortNumber(): PropertyDecorator {
  return wholeNumber(0, 65_535, 'give a port, a number from 0 to 65535.');
}

function wholeNumber(min: number, max: number, message: string): PropertyDecorator {
  const toNumber = Transform(({ value }: TransformFnParams): unknown =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  );
  const isWithin = ValidateBy({
    name: 'isWholeNumber',
    validator: {
      validate: (value) => Number.isSafeInteger(value) && value >= min && value <= max,
      defaultMessage: () => message,
    },
  });
  return (target, property) => {
    toNumber(target, property);
    isWithin(target, property);
  };
}

/** Accepts a list of origins as browsers write them: scheme, host and port, no path. */
export function IsOrigins(): PropertyDecorator {
  return ValidateBy({
    name: 'isOrigins',
    validator: {
      validate: (value) => Array.isArray(value) && (value as string[]).every(isOrigin),
      defaultMessage: () =>
        'give origins with http or https and without a path or a wildcard, separated by commas, such as https://app.example.com.',
    },
  });
}
