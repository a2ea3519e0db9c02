import { inspect } from 'node:util';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { AmbiguousTokenError } from './ambiguous-token.error.js';
import { SessionDataExistsError } from './session-data-exists.error.js';
import { SessionError } from './session-error.js';
import {
  roleRequired,
  type SessionException,
  sessionRequired,
  toSessionException,
} from './session-exception.js';
import { SessionOptionsError } from './session-options.error.js';
import { SessionStoreUnavailableError } from './session-store-unavailable.error.js';
import { UnsafeRedisError } from './unsafe-redis.error.js';

describe('a denial', () => {
  it('has its code as the message in logs', async () => {
    const rows: [status: number, denial: SessionException, code: string][] = [
      [401, sessionRequired(), 'ERR_SESSION_REQUIRED'],
      [403, roleRequired(), 'ERR_SESSION_ROLE_REQUIRED'],
      [
        503,
        toSessionException(new SessionStoreUnavailableError(), 1),
        'ERR_SESSION_STORE_UNAVAILABLE',
      ],
      [400, toSessionException(new AmbiguousTokenError(), 1), 'ERR_SESSION_TOKEN_AMBIGUOUS'],
      [
        409,
        toSessionException(new SessionDataExistsError('orders', 'coupon'), 1),
        'ERR_SESSION_DATA_EXISTS',
      ],
      [500, toSessionException(new SessionOptionsError('x'), 1), 'ERR_SESSION_OPTIONS_INVALID'],
    ];
    await eachRow(
      rows,
      ([status, denial, code]) => {
        expect(denial.getStatus()).toBe(status);
        expect(denial.code).toBe(code);
        expect(denial.message).toBe(code);
        expect(denial.getResponse()).toMatchObject({ status, code });
      },
      ([, , code]) => code,
    );
  });

  it('keeps its cause', () => {
    const error = new SessionStoreUnavailableError({ cause: new Error('connection lost') });

    const denial = toSessionException(error, 1);

    expect(denial.cause).toBe(error);
    expect(error.cause).toEqual(new Error('connection lost'));
  });

  it('does not reveal its cause to the caller', () => {
    const error = new SessionStoreUnavailableError({ cause: new Error('redis.internal:6379') });

    expect(JSON.stringify(toSessionException(error, 1).getResponse())).not.toContain('internal');
  });
});

describe('an error of the library', () => {
  it('has its own name, and is an instance of SessionError', async () => {
    const rows: [error: SessionError, name: string][] = [
      [new AmbiguousTokenError(), 'AmbiguousTokenError'],
      [new SessionDataExistsError('orders', 'coupon'), 'SessionDataExistsError'],
      [new SessionOptionsError('x'), 'SessionOptionsError'],
      [new SessionStoreUnavailableError(), 'SessionStoreUnavailableError'],
      [new UnsafeRedisError(['x']), 'UnsafeRedisError'],
    ];
    await eachRow(
      rows,
      ([error, name]) => {
        expect(error).toBeInstanceOf(SessionError);
        expect(error).toBeInstanceOf(Error);
        expect(error.name).toBe(name);
      },
      ([, name]) => name,
    );
  });
});

describe('an error that ends the process', () => {
  it('is printed with its message and code, and without the HTTP response', () => {
    const printed = inspect(new SessionOptionsError('Set `redis`.'));

    expect(printed).toMatch(/^SessionOptionsError: Set `redis`\.\n/);
    expect(printed).toMatch(/\{\n {2}code: 'ERR_SESSION_OPTIONS_INVALID'\n\}$/);
  });

  it('is printed with its cause', () => {
    const error = new SessionStoreUnavailableError({ cause: new Error('connection lost') });

    expect(inspect(error)).toContain('cause: Error: connection lost');
  });
});
