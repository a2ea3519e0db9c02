import { ForbiddenException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { RpcDenial } from '../calls/rpc-denial.js';
import { graphqlDenial } from '../graphql/graphql-denial.js';
import { messageErrorOf } from '../guard/message-error.js';
import { WsDenial } from '../websockets/ws-denial.js';
import { httpExceptionIn } from './http-exception-in.js';
import { roleRequired } from './session-exception.js';

describe('httpExceptionIn()', () => {
  const denial = roleRequired();

  it('returns an HTTP exception itself', () => {
    const exception = new ForbiddenException();
    expect(httpExceptionIn(exception)).toBe(exception);
  });

  it('returns the denial of which a transport made an error', () => {
    for (const error of [
      new RpcDenial(messageErrorOf(denial), denial),
      new WsDenial(denial),
      graphqlDenial(denial),
    ]) {
      expect(httpExceptionIn(error)).toBe(denial);
    }
  });

  it('returns null for any other value', () => {
    for (const value of [
      new TypeError('other'),
      new RpcException({ code: 'ERR_SESSION_REQUIRED' }),
      { denial: { code: 'ERR_SESSION_REQUIRED' } },
      null,
      undefined,
      'text',
    ]) {
      expect(httpExceptionIn(value)).toBeNull();
    }
  });
});
