import { Metadata, status } from '@grpc/grpc-js';
import { HttpStatus } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { reauthenticationRequired } from '../errors/reauthentication-required.js';
import { SessionDataExistsError } from '../errors/session-data-exists.error.js';
import { type SessionError } from '../errors/session-error.js';
import {
  roleRequired,
  SessionException,
  sessionRequired,
  toSessionException,
} from '../errors/session-exception.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { isGrpcMetadata, toGrpcError } from './grpc-error.js';

interface GrpcError {
  readonly code: number;
  readonly details: string;
  readonly message: string;
  readonly metadata: Metadata;
}

const errorOf = (denial: SessionException, received = new Metadata()) =>
  toGrpcError(denial, received) as GrpcError;

describe('a denial over gRPC', () => {
  it('has the gRPC status for its HTTP status, and its code in the metadata', async () => {
    const unsupported = new SessionException(
      HttpStatus.NOT_IMPLEMENTED,
      'ERR_SESSION_ADDITIONS_UNSUPPORTED',
      'Not Implemented',
      'No store.',
    );
    const of = (error: SessionError) => toSessionException(error, 1);
    const rows: [denial: SessionException, code: number, name: string][] = [
      [of(new AmbiguousTokenError()), status.INVALID_ARGUMENT, 'ERR_SESSION_TOKEN_AMBIGUOUS'],
      [sessionRequired(), status.UNAUTHENTICATED, 'ERR_SESSION_REQUIRED'],
      [roleRequired(), status.PERMISSION_DENIED, 'ERR_SESSION_ROLE_REQUIRED'],
      [
        reauthenticationRequired({ maxAge: 90_500, at: '/again' }),
        status.PERMISSION_DENIED,
        'ERR_SESSION_REAUTHENTICATION_REQUIRED',
      ],
      [
        of(new SessionDataExistsError('orders', 'coupon')),
        status.ALREADY_EXISTS,
        'ERR_SESSION_DATA_EXISTS',
      ],
      [of(new SessionOptionsError('x')), status.INTERNAL, 'ERR_SESSION_OPTIONS_INVALID'],
      [unsupported, status.UNIMPLEMENTED, 'ERR_SESSION_ADDITIONS_UNSUPPORTED'],
      [of(new SessionStoreUnavailableError()), status.UNAVAILABLE, 'ERR_SESSION_STORE_UNAVAILABLE'],
    ];
    await eachRow(
      rows,
      ([denial, code, name]) => {
        const { metadata, ...error } = errorOf(denial);
        expect(error).toEqual({ code, details: denial.detail, message: denial.detail });
        expect(metadata.getMap()).toEqual({ 'x-session-error': name });
      },
      ([, , name]) => name,
    );
  });

  it('has its own metadata, without any metadata of the call', () => {
    const received = new Metadata();
    received.set('authorization', 'Bearer x');

    const { metadata } = errorOf(sessionRequired(), received);

    expect(metadata).toBeInstanceOf(Metadata);
    expect(metadata.get('authorization')).toEqual([]);
    expect(received.getMap()).toEqual({ authorization: 'Bearer x' });
  });
});

describe('gRPC metadata', () => {
  it('is distinguished from the contexts of other transports', async () => {
    const can = () => undefined;
    const others: unknown[] = [
      ...[undefined, null, 'getMap', 1, {}, []],
      { getMap: can },
      { getMap: can, set: can },
      { getMap: can, clone: can },
      { set: can, clone: can },
      { getMap: {}, set: can, clone: can },
      new Map(),
      new Headers(),
      new URLSearchParams(),
    ];

    expect(isGrpcMetadata(new Metadata())).toBe(true);
    await eachRow(
      others,
      (it) => {
        expect(isGrpcMetadata(it)).toBe(false);
      },
      (it) => Object.prototype.toString.call(it),
    );
  });
});
