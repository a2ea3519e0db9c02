import { Transport } from '@nestjs/microservices';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { rpcLimitsOf, type RpcOptions } from './rpc.options.js';

const client = { transport: Transport.TCP } as const;

describe('the options of SessionRpcModule', () => {
  it('have the documented defaults', () => {
    expect(rpcLimitsOf({ client })).toEqual({
      client,
      audience: 'auth',
      timeout: 1_000,
      cache: null,
      breaker: { failures: 5, pause: 1_000 },
    });
  });

  it('accept valid values', () => {
    const breaker = { failures: 2, pause: '5s' };
    const options = { client, audience: 'sso', timeout: 300, cache: '2s', cacheEntries: 9 };

    expect(rpcLimitsOf({ ...options, breaker })).toEqual({
      client,
      audience: 'sso',
      timeout: 300,
      cache: { maxAge: 2_000, maxEntries: 9 },
      breaker: { failures: 2, pause: 5_000 },
    });
  });

  it('reject an invalid value and name the option', () =>
    eachRow<[options: Partial<RpcOptions>, message: RegExp]>(
      [
        [{ audience: 'A' }, /^audience/],
        [{ timeout: 0 }, /^timeout/],
        [{ cache: '2' }, /^cache/],
        [{ cacheEntries: 0 }, /^cacheEntries/],
        [{ breaker: { failures: 0 } }, /^breaker\.failures/],
        [{ breaker: { pause: -1 } }, /^breaker\.pause/],
      ],
      ([options, message]) => {
        const act = () => rpcLimitsOf({ client, ...options });

        expect(act).toThrow(SessionOptionsError);
        expect(act).toThrow(message);
      },
    ));
});
