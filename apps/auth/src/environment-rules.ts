import { IsWholeNumber, toList } from '@app/platform';
import { isServiceName, toMilliseconds } from 'nest-sessions';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { threadPoolSize } from './passwords/thread-pool';

/** A time span that is worth a session: `30m`, `12h`, `500ms`. */
export function IsDuration(): PropertyDecorator {
  return ValidateBy({
    name: 'isDuration',
    validator: {
      validate: (value) => milliseconds(value) !== null,
      defaultMessage: () => "give a time span with its unit, such as '30m', '12h' or '500ms'.",
    },
  });
}

/** A time span from one to another, both included. */
export function IsDurationWithin(shortest: string, longest: string): PropertyDecorator {
  const [min, max] = [toMilliseconds('', shortest), toMilliseconds('', longest)];
  return ValidateBy({
    name: 'isDurationWithin',
    validator: {
      validate: (value) => {
        const own = milliseconds(value);
        return own !== null && own >= min && own <= max;
      },
      defaultMessage: () => `give a time span from ${shortest} to ${longest}, with its unit.`,
    },
  });
}

/** A time span that does not exceed the one in another variable. */
export function IsNoLongerThan(other: string): PropertyDecorator {
  return ValidateBy({
    name: 'isNoLongerThan',
    validator: {
      validate: (value, args) => {
        const own = milliseconds(value);
        const limit = milliseconds((args as ValidationArguments & { object: never }).object[other]);
        // What is no time span is told of already.
        return own === null || limit === null || own <= limit;
      },
      defaultMessage: () => `is longer than ${other} and would never apply: shorten it.`,
    },
  });
}

/** Something that only a machine for trying things out may have. */
export function IsOffInProduction(): PropertyDecorator {
  return ValidateBy({
    name: 'isOffInProduction',
    validator: {
      validate: (value, args) =>
        value !== true || (args?.object as { NODE_ENV?: string }).NODE_ENV !== 'production',
      defaultMessage: () =>
        'is refused with NODE_ENV=production, as everybody knows the passwords: unset it.',
    },
  });
}

/** Something that nobody but this machine may reach. */
export function IsOffBeyondLoopback(): PropertyDecorator {
  return ValidateBy({
    name: 'isOffBeyondLoopback',
    validator: {
      validate: (value, args) =>
        value !== true || isLoopback((args?.object as { HOST: string }).HOST),
      defaultMessage: () =>
        'is refused with a HOST that others reach, as everybody knows the passwords: unset it, or leave HOST at 127.0.0.1.',
    },
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** So many threads of libuv's pool that others find one free. */
export function LeavesThreads(): PropertyDecorator {
  return ValidateBy({
    name: 'leavesThreads',
    validator: {
      // What is no number is told of already.
      validate: (value) => typeof value !== 'number' || value < threadPoolSize(),
      defaultMessage: () =>
        `would take every thread of libuv's pool (${threadPoolSize()}): lower it, or raise UV_THREADPOOL_SIZE.`,
    },
  });
}

/** How many replicas are waited for. */
export function IsReplicaCount(): PropertyDecorator {
  return IsWholeNumber({ min: 0, max: 10 });
}

/** Names of services, separated by commas. */
export function IsServiceList(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: string }) => toList(value)),
    ValidateBy(
      {
        name: 'isServiceList',
        validator: {
          validate: isServiceName,
          defaultMessage: () =>
            "give names of services separated by commas, such as 'orders,products'.",
        },
      },
      { each: true },
    ),
  );
}

function milliseconds(value: unknown): number | null {
  try {
    return toMilliseconds('', value as string);
  } catch {
    return null;
  }
}
