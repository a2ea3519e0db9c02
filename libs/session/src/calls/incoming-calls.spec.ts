import { Logger } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { SessionException } from '../errors/session-exception.js';
import { SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { createToken } from '../token/session-token.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { CallKeys } from './call.options.js';
import { contentOf } from './call-content.js';
import { CallTokens } from './call-tokens.js';
import { IncomingCalls } from './incoming-calls.js';

const SECRET = 'a secret of calls that is long enough';

describe('a call from another service', () => {
  const extractor = new TokenExtractor(new SessionOptions({ store: new MemorySessionStore() }));
  const keys = new CallKeys({ secret: SECRET });
  const calls = new CallTokens('orders', keys);
  const content = contentOf({ pattern: 'find', data: { id: 'tea' } });
  const sign = () => new CallTokens('products', keys).sign('orders', null, content);
  const signed = sign();
  const incoming = new IncomingCalls(extractor, calls);

  const of = (headers: Record<string, string>, by = incoming, asked = content) =>
    by.of({ headers }, () => asked);

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is distinguished from a user request, which names no service', () => {
    expect(of({})).toBeNull();
    expect(of({ cookie: `__Host-sid=${createToken()}` })).toBeNull();
  });

  it('names the calling service', () => {
    expect(of({ 'x-session-call': sign() })).toEqual({ caller: 'products', reference: null });
  });

  it.each(['', 'x', `${signed}x`])('is rejected when its signature is not valid: %j', (header) => {
    expect(() => of({ 'x-session-call': header })).toThrow(SessionException);
  });

  it('is rejected by a service without a secret to verify it', () => {
    const unprepared = new IncomingCalls(extractor, null);
    expect(() => of({ 'x-session-call': signed }, unprepared)).toThrow(SessionException);
  });

  it('is rejected for any other content than the signed one', () =>
    eachRow(
      [
        { pattern: 'remove', data: { id: 'tea' } },
        { pattern: 'find', data: { id: 'milk' } },
        { pattern: 'find', data: { id: 'tea', all: true } },
        { pattern: 'find' },
      ],
      (other) => {
        expect(() => of({ 'x-session-call': sign() }, incoming, contentOf(other))).toThrow(
          SessionException,
        );
      },
    ));

  it('is rejected when its body is nested too deeply to compare', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    const asked = { action: 'find', body: deep };
    expect(() => of({ 'x-session-call': sign() }, incoming, asked)).toThrow(SessionException);
  });

  it('is valid once, however often its request is checked', () => {
    const request = { headers: { 'x-session-call': sign() } };
    const looked = () => incoming.of(request, () => content);
    expect(looked()).toEqual({ caller: 'products', reference: null });
    expect(looked()).toEqual({ caller: 'products', reference: null });
    expect(() => of(request.headers)).toThrow(SessionException);
  });

  it('is not used up by a rejection', () => {
    const header = { 'x-session-call': sign() };
    expect(() => of(header, incoming, contentOf({ pattern: 'remove' }))).toThrow(SessionException);
    expect(of(header)).toEqual({ caller: 'products', reference: null });
  });

  it('is ambiguous together with a user token', () => {
    const cookie = `__Host-sid=${createToken()}`;
    expect(() => of({ 'x-session-call': signed, cookie })).toThrow(AmbiguousTokenError);
  });
});
