import { Logger } from '@nestjs/common';
import { CallKeys } from '../calls/call.options.js';
import { contentOf } from '../calls/call-content.js';
import { CallTokens } from '../calls/call-tokens.js';
import { SignedCallVerifier } from '../calls/signed-call.verifier.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { SessionException } from '../errors/session-exception.js';
import { SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { createToken } from '../token/session-token.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { IncomingCalls } from './incoming-calls.js';
import { message, SECRET } from './test-support/guarded.js';

class SampleController {
  handler(): void {
    // Only its name matters.
  }
}

const find = { pattern: 'find', data: { id: 'tea' } };
const context = message([SampleController, 'handler'], find.data, {
  getPattern: () => find.pattern,
});

describe('a request', () => {
  const extractor = new TokenExtractor(new SessionOptions({ store: new MemorySessionStore() }));
  const keys = new CallKeys({ secret: SECRET });
  const sign = () => new CallTokens('products', keys).sign('orders', null, contentOf(find));
  const incoming = new IncomingCalls(
    extractor,
    new SignedCallVerifier(new CallTokens('orders', keys)),
  );

  const of = (headers: Record<string, string>, by = incoming) => by.of({ headers }, context);

  let errors: jest.SpyInstance;

  beforeEach(() => {
    errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('of a user is distinguished from the call of a service', () => {
    expect(of({})).toBeNull();
    expect(of({ cookie: `__Host-sid=${createToken()}` })).toBeNull();
    expect(of({ 'x-session-call': sign() })).toEqual({ caller: 'products', reference: null });
  });

  it('with a signed call is valid once, however often it is checked', () => {
    const request = { headers: { 'x-session-call': sign() } };
    const looked = () => incoming.of(request, context);
    expect(looked()).toEqual({ caller: 'products', reference: null });
    expect(looked()).toEqual({ caller: 'products', reference: null });
    expect(() => of(request.headers)).toThrow(SessionException);
  });

  it('with an invalid call is rejected, however often it is checked', () => {
    const request = { headers: { 'x-session-call': `${sign()}x` } };
    expect(() => incoming.of(request, context)).toThrow(SessionException);
    expect(() => incoming.of(request, context)).toThrow(SessionException);
  });

  it('with a signed call and a user token is ambiguous', () => {
    const cookie = `__Host-sid=${createToken()}`;
    expect(() => of({ 'x-session-call': sign(), cookie })).toThrow(AmbiguousTokenError);
  });

  it('with a call is rejected without SessionCallsModule, and the log states the module', () => {
    const unprepared = new IncomingCalls(extractor);
    for (const header of [sign(), '', 'x']) {
      expect(() => of({ 'x-session-call': header }, unprepared)).toThrow(SessionException);
    }
    expect(errors.mock.calls).toEqual([
      [expect.stringContaining(`Import SessionCallsModule from 'nest-sessions/calls'`)],
    ]);
  });
});
