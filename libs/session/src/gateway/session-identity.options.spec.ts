import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { gatewayLimitsOf } from './gateway.options.js';
import {
  type SessionIdentityModuleOptions,
  SessionIdentityOptions,
} from './session-identity.options.js';

describe('the options of identities', () => {
  it('have defaults', () => {
    expect(new SessionIdentityOptions({})).toEqual({
      issuer: 'nest-sessions',
      lifetime: 30_000,
      rotateEvery: 3_600_000,
      cacheFor: 300_000,
    });
    expect(gatewayLimitsOf({ keys: 'http://auth:3000' }, 'orders')).toEqual({
      service: 'orders',
      keys: new URL('http://auth:3000/.well-known/jwks.json'),
      issuer: 'nest-sessions',
      cacheFor: 300_000,
      keepFor: 3_600_000,
      fetchInterval: 5_000,
      fetchTimeout: 1_000,
      freshFor: 5_000,
    });
  });

  const refused: [given: SessionIdentityModuleOptions, message: RegExp][] = [
    [{ lifetime: '61s' }, /^lifetime must be whole seconds/],
    [{ lifetime: 1_500 }, /^lifetime must be whole seconds/],
    [{ rotateEvery: '5m' }, /^rotateEvery /],
    [{ issuer: '' }, /^issuer /],
  ];

  it('are rejected with the name of the invalid option', () =>
    eachRow(refused, ([given, message]) => {
      const act = () => new SessionIdentityOptions(given);
      expect(act).toThrow(SessionOptionsError);
      expect(act).toThrow(message);
    }));

  it('are rejected with an invalid key URL, which the error does not repeat', () =>
    eachRow(['auth:3000', '/jwks.json', 'ftp://auth', 'http://user:secret@auth', ''], (keys) => {
      const act = () => gatewayLimitsOf({ keys }, 'orders');
      expect(act).toThrow(/^keys must be/);
      expect(act).not.toThrow(/secret/);
    }));

  it('are rejected when an option is missing or contradicts another', () => {
    const keys = 'https://auth.example.com/keys';
    expect(gatewayLimitsOf({ keys }, 'orders').keys.href).toBe(keys);
    expect(() => gatewayLimitsOf({ keys }, undefined)).toThrow(/'service'/);
    expect(() => gatewayLimitsOf({ keys, keepFor: '1m' }, 'orders')).toThrow(/^keepFor /);
    expect(() => gatewayLimitsOf({ keys, issuer: '' }, 'orders')).toThrow(/^issuer /);
  });
});
