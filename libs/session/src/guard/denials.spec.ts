import { Logger } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { DenialAudit } from '../audit/denial-audit.js';
import { RpcDenial } from '../calls/rpc-denial.js';
import { roleRequired, SessionException } from '../errors/session-exception.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { nativeAdapterHost } from '../../test-support/native-adapter.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { Denials } from './denials.js';
import {
  contextOf,
  httpRequest,
  message,
  responseTo,
  type Route,
  transportsOf,
} from './test-support/guarded.js';

class SampleController {
  handler(): void {
    // Only its name matters.
  }
}

const route: Route<SampleController> = [SampleController, 'handler'];
const options = new SessionOptions({ store: new MemorySessionStore(), retryAfter: 7 });

describe('Denials', () => {
  let log: KeptSecurityLog;
  let denials: Denials;
  let error: jest.SpyInstance;

  beforeEach(() => {
    error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    log = new KeptSecurityLog();
    const audit = new DenialAudit(log, new TokenExtractor(options));
    denials = new Denials(options, nativeAdapterHost(), audit, transportsOf());
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('returns other errors unchanged', () => {
    const other = new TypeError('broken');
    expect(denials.toThrow(other, httpRequest(route))).toBe(other);
    expect(denials.toThrow('text', httpRequest(route))).toBe('text');
    expect(log.events).toEqual([]);
  });

  it('converts a denial to the form of its transport', () => {
    const form = (context: Parameters<Denials['toThrow']>[1]) =>
      denials.toThrow(roleRequired(), context);
    expect(form(httpRequest(route))).toBeInstanceOf(SessionException);
    expect(form(message(route, {}))).toBeInstanceOf(RpcDenial);
    expect(form(contextOf('ws', route, [{}]))).toBeInstanceOf(WsException);
    expect(form(contextOf('graphql', route, [undefined, {}]))).toBeInstanceOf(SessionException);
  });

  it('leaves a denial as it is without the module of its transport', () => {
    const audit = new DenialAudit(log, new TokenExtractor(options));
    const transports = transportsOf({ calls: null, webSockets: false });
    const bare = new Denials(options, nativeAdapterHost(), audit, transports);
    const denial = roleRequired();
    expect(bare.toThrow(denial, message(route, {}))).toBe(denial);
    expect(bare.toThrow(denial, contextOf('ws', route, [{}]))).toBe(denial);
  });

  it('translates a library error and sets the response headers', () => {
    const context = httpRequest(route);
    const thrown = denials.toThrow(new SessionStoreUnavailableError(), context);
    expect((thrown as SessionException).getStatus()).toBe(503);
    expect(responseTo(context).getHeaders()).toMatchObject({
      'cache-control': 'no-store',
      'retry-after': '7',
    });
    expect(error.mock.contexts).toEqual([expect.objectContaining({ context: 'SessionModule' })]);
  });

  it('records a denial once, however often it is settled', () => {
    const context = httpRequest(route);
    const denial = roleRequired();
    expect(denials.settle(denial, context)).toBe(denial);
    expect(denials.settle(denial, context)).toBe(denial);
    expect(log.events).toHaveLength(1);
  });

  it('does not change a response whose headers are sent', () => {
    const context = httpRequest(route);
    const response = responseTo(context);
    response.flushHeaders();
    expect(() => denials.settle(roleRequired(), context)).not.toThrow();
    expect(response.getHeader('cache-control')).toBeUndefined();
  });
});
