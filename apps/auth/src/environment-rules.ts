import { IsWholeNumber, millisecondsIn, toList } from '@app/platform';
import { isServiceName } from 'nest-sessions/common';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { threadPoolSize } from './passwords/thread-pool';

/** Validates a time span that does not exceed the time span in another variable. */
export function IsNoLongerThan(other: string): PropertyDecorator {
  return ValidateBy({
    name: 'isNoLongerThan',
    validator: {
      validate: (value, args) => {
        const own = millisecondsIn(value);
        const limit = millisecondsIn(
          (args as ValidationArguments & { object: never }).object[other],
        );
        // `IsDuration` already reports a value that is not a time span.
        return own === null || limit === null || own <= limit;
      },
      defaultMessage: () => `is longer than ${other} and would never apply: decrease it.`,
    },
  });
}

/** Rejects an enabled switch in production. */
export function IsOffInProduction(): PropertyDecorator {
  return ValidateBy({
    name: 'isOffInProduction',
    validator: {
      validate: (value, args) =>
        value !== true || (args?.object as { NODE_ENV?: string }).NODE_ENV !== 'production',
      defaultMessage: () =>
        'is refused with NODE_ENV=production, because the passwords are public: unset it.',
    },
  });
}

/** Rejects an enabled switch when other machines can reach the service. */
export function IsOffBeyondLoopback(): PropertyDecorator {
  return ValidateBy({
    name: 'isOffBeyondLoopback',
    validator: {
      validate: (value, args) =>
        value !== true || isLoopback((args?.object as { HOST: string }).HOST),
      defaultMessage: () =>
        'is refused with a HOST that other machines can reach, because the passwords are public: unset it, or leave HOST at 127.0.0.1.',
    },
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Validates a number of threads that leaves at least one thread of libuv's pool to other work. */
export function LeavesThreads(): PropertyDecorator {
  return ValidateBy({
    name: 'leavesThreads',
    validator: {
      // `IsWholeNumber` already reports a value that is not a number.
      validate: (value) => typeof value !== 'number' || value < threadPoolSize(),
      defaultMessage: () =>
        `would take every thread of libuv's pool (${threadPoolSize()}): lower it, or raise UV_THREADPOOL_SIZE.`,
    },
  });
}

/** Validates a number of replicas to wait for. */
export function IsReplicaCount(): PropertyDecorator {
  return IsWholeNumber({ min: 0, max: 10 });
}

/** Validates a comma-separated list of service names. */
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
