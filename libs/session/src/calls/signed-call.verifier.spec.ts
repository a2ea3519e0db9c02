import { Logger } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionException } from '../errors/session-exception.js';
import { message, type Route } from '../guard/test-support/guarded.js';
import { CallKeys } from './call.options.js';
import { contentOf } from './call-content.js';
import { CallTokens } from './call-tokens.js';
import { SignedCallVerifier } from './signed-call.verifier.js';

const SECRET = 'a secret of calls that is long enough';

class SampleController {
  handler(): void {
    // Only its name matters.
  }
}

const route: Route<SampleController> = [SampleController, 'handler'];

interface Message {
  readonly pattern: string;
  readonly data?: unknown;
}

const received = ({ pattern, data }: Message) =>
  message(route, data, { getPattern: () => pattern });

describe('a call from another service', () => {
  const keys = new CallKeys({ secret: SECRET });
  const calls = new CallTokens('orders', keys);
  const find: Message = { pattern: 'find', data: { id: 'tea' } };
  const sign = () => new CallTokens('products', keys).sign('orders', null, contentOf(find));
  const signed = sign();
  const verifier = new SignedCallVerifier(calls);
  let reasons: string[];

  const verify = (call: string, as: Message = find, by = verifier) => by.verify(call, received(as));

  beforeEach(() => {
    reasons = [];
    jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((text: unknown) => void reasons.push(String(text)));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('names the calling service', () => {
    expect(verify(sign())).toEqual({ caller: 'products', reference: null });
  });

  it('names the session on whose behalf it is made', () => {
    const call = new CallTokens('products', keys).sign('orders', 'a session', contentOf(find));
    expect(verify(call)).toEqual({ caller: 'products', reference: 'a session' });
  });

  it.each(['', 'x', `${signed}x`])('is rejected when its signature is not valid: %j', (header) => {
    expect(() => verify(header)).toThrow(SessionException);
  });

  it('is rejected by a service without a secret to verify it', () => {
    const unprepared = new SignedCallVerifier(new CallTokens('orders', null));
    expect(() => verify(signed, find, unprepared)).toThrow(SessionException);
  });

  it('is rejected for any other content than the signed one', () =>
    eachRow<Message>(
      [
        { pattern: 'remove', data: { id: 'tea' } },
        { pattern: 'find', data: { id: 'milk' } },
        { pattern: 'find', data: { id: 'tea', all: true } },
        { pattern: 'find' },
      ],
      (other) => {
        expect(() => verify(sign(), other)).toThrow(SessionException);
      },
    ));

  it('is rejected when its body is nested too deeply to compare', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    expect(() => verify(sign(), { pattern: 'find', data: deep })).toThrow(SessionException);
  });

  it('is accepted once', () => {
    const call = sign();
    expect(verify(call)).toEqual({ caller: 'products', reference: null });
    expect(() => verify(call)).toThrow(SessionException);
  });

  it('stays usable after a rejection', () => {
    const call = sign();
    expect(() => verify(call, { pattern: 'remove' })).toThrow(SessionException);
    expect(verify(call)).toEqual({ caller: 'products', reference: null });
  });

  it('is rejected for a reason that the log states', () =>
    eachRow<[reason: RegExp, calls: CallTokens, of: () => [call: string, as?: Message]]>(
      [
        [/not signed for this service with a known secret/, calls, () => ['x']],
        [/Give SessionCallsModule a 'secret'/, new CallTokens('orders', null), () => [sign()]],
        [/signature is for another message/, calls, () => [sign(), { pattern: 'remove' }]],
      ],
      ([reason, tokens, of]) => {
        const [call, as] = of();
        reasons = [];
        // A verifier logs each of its reasons once a minute.
        const another = new SignedCallVerifier(tokens);
        expect(() => verify(call, as, another)).toThrow(SessionException);
        expect(reasons).toEqual([expect.stringMatching(reason)]);
      },
    ));

  it('is logged when it is repeated', () => {
    const another = new SignedCallVerifier(calls);
    const call = sign();
    verify(call, find, another);
    expect(() => verify(call, find, another)).toThrow(SessionException);
    expect(reasons).toEqual([expect.stringMatching(/received before/)]);
  });
});
