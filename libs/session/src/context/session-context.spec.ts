import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { lastValueFrom, of } from 'rxjs';
import { decideOn } from '../source/graphql-field.js';
import { attachCaller, attachSession } from '../source/request-session.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { CurrentCarrier } from './current-carrier.js';
import { SessionContext } from './session-context.js';
import { SessionContextInterceptor } from './session-context.interceptor.js';

describe('the session context', () => {
  const carriers = new CurrentCarrier();
  const context = new SessionContext(carriers);

  it('reads the session at the time of the call, not at the start of the request', () => {
    const request = {};
    const session = sampleSession();

    carriers.run(request, () => {
      expect(context.session).toBeNull();
      attachSession(request, session);
      expect(context.session).toBe(session);
      expect(context.requireSession()).toBe(session);
    });
  });

  it('is separate for each application of the process', () => {
    const other = new SessionContext(new CurrentCarrier());
    const request = {};
    attachSession(request, sampleSession());
    attachCaller(request, 'orders');

    carriers.run(request, () => {
      expect([context.user?.username, context.caller]).toEqual(['ada', 'orders']);
      expect([other.user, other.caller]).toEqual([null, null]);
    });
  });

  describe('in a handler', () => {
    const interceptor = new SessionContextInterceptor(carriers);

    /** Returns the session that a handler reads, when it is called with these arguments. */
    async function readIn(type: string, args: object[]): Promise<unknown> {
      const host = new ExecutionContextHost(args);
      host.setType(type);
      const handled = interceptor.intercept(host, {
        handle: () => of(context.session),
      });
      return lastValueFrom(handled);
    }

    const session = sampleSession();
    const carrier = {};
    attachSession(carrier, session);

    it('is the session of the request, the message, or the client of a WebSocket gateway', async () => {
      expect(await readIn('http', [carrier])).toBe(session);
      expect(await readIn('rpc', [{}, carrier])).toBe(session);
      expect(await readIn('ws', [carrier])).toBe(session);
    });

    it('of a GraphQL resolver is the session of its field', async () => {
      const info = { path: { key: 'tea' } };
      decideOn(info);
      attachSession(info, session);

      expect(await readIn('graphql', [{}, {}, {}, info])).toBe(session);
      expect(await readIn('graphql', [{}, {}, {}, { path: { key: 'tea' } }])).toBeNull();
    });

    it('of another transport is the session of the HTTP request around it', async () => {
      expect(await readIn('other', [carrier])).toBeNull();
      expect(await carriers.run(carrier, () => readIn('other', [{}]))).toBe(session);
    });

    it('is the session of its own request, whatever request it was started from', async () => {
      const other = {};
      attachSession(other, sampleSession());

      expect(await carriers.run(other, () => readIn('http', [carrier]))).toBe(session);
    });
  });
});
