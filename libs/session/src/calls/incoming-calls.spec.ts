import { Logger } from '@nestjs/common';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error';
import { SessionException } from '../errors/session-exception';
import { SessionOptions } from '../options/session.options';
import { MemorySessionStore } from '../store/memory-session.store';
import { createToken } from '../token/session-token';
import { TokenExtractor } from '../token/token-extractor';
import { CallKeys } from './call.options';
import { CallTokens } from './call-tokens';
import { IncomingCalls } from './incoming-calls';

const SECRET = 'a secret of calls that is long enough';

describe('the call of another service', () => {
  const extractor = new TokenExtractor(new SessionOptions({ store: new MemorySessionStore() }));
  const keys = new CallKeys({ secret: SECRET });
  const calls = new CallTokens('orders', keys);
  const signed = new CallTokens('products', keys).sign('orders', null);
  const incoming = new IncomingCalls(extractor, calls);

  const of = (headers: Record<string, string>, by = incoming) => by.of({ headers });

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is told from the request of a user, which says nothing of a service', () => {
    expect(of({})).toBeNull();
    expect(of({ cookie: `__Host-sid=${createToken()}` })).toBeNull();
  });

  it('says which service it is', () => {
    expect(of({ 'x-session-call': signed })).toEqual({ caller: 'products', reference: null });
  });

  it.each(['', 'x', `${signed}x`])('is refused when it is not proven: %j', (header) => {
    expect(() => of({ 'x-session-call': header })).toThrow(SessionException);
  });

  it('is refused by a service that has no secret to check it with', () => {
    const unprepared = new IncomingCalls(extractor, null);
    expect(() => of({ 'x-session-call': signed }, unprepared)).toThrow(SessionException);
  });

  it('is ambiguous with a token of a user', () => {
    const cookie = `__Host-sid=${createToken()}`;
    expect(() => of({ 'x-session-call': signed, cookie })).toThrow(AmbiguousTokenError);
  });
});
