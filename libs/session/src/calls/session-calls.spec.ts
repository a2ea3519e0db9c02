import { type ClientOptions, Transport } from '@nestjs/microservices';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionOptions } from '../options/session.options.js';
import { StoredSessionSource } from '../source/stored-session.source.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { CallKeys } from './call.options.js';
import { CallTokens } from './call-tokens.js';
import { SessionCalls } from './session-calls.js';

function callsWith(keys: CallKeys | null): SessionCalls {
  const store = new MemorySessionStore();
  const tokens = new TokenExtractor(new SessionOptions({ store }));
  return new SessionCalls(
    new StoredSessionSource(tokens, store),
    tokens,
    new CallTokens('orders', keys),
  );
}

const unsigned = callsWith(null);
const signed = callsWith(new CallKeys({ secret: 'a secret that has 32 bytes or more, for tests' }));

const brokers: [client: ClientOptions, message: RegExp][] = [
  [{ transport: Transport.REDIS }, /would send the user's token to Redis/],
  [{ transport: Transport.NATS }, /would send the user's token to a broker/],
  [{ transport: Transport.RMQ }, /would send the user's token to a broker/],
];

describe('the client of a service that signs no calls', () => {
  it('is rejected over a broker, which would see the token', () =>
    eachRow(brokers, ([client, message]) => {
      expect(() => unsigned.client('called', client)).toThrow(SessionOptionsError);
      expect(() => unsigned.client('called', client)).toThrow(message);
      expect(() => signed.client('called', client)).not.toThrow();
    }));

  it('is allowed over TCP', () => {
    expect(() => unsigned.client('called', { transport: Transport.TCP })).not.toThrow();
  });

  it('cannot call as the service itself', () => {
    expect(() => unsigned.asService(() => 'called')).toThrow(SessionOptionsError);
    expect(signed.asService(() => 'called')).toBe('called');
  });
});
