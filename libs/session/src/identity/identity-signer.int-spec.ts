import { decodeJwt, decodeProtectedHeader } from 'jose';
import { eventually } from '../../../../tools/testing/eventually';
import { SessionOptionsError } from '../errors/session-options.error';
import { encodeSession } from '../session/session-record';
import { countCommands } from '../testing/command-counts';
import { fieldsOf, sampleSession } from '../testing/sample-session';
import { startedRedis } from '../testing/started-redis';
import { gatewayLimitsOf } from './gateway.options';
import { GatewaySessionSource } from './gateway-session.source';
import { IdentityKeyRegistry } from './identity-key.registry';
import { IdentityKeys } from './identity-keys';
import { IdentitySigner } from './identity-signer';
import {
  type SessionIdentityModuleOptions,
  SessionIdentityOptions,
} from './session-identity.options';
import { KeyServer } from './testing/key-server';

const redis = startedRedis();
const keyServer = KeyServer.started();
const opened: IdentityKeys[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((keys) => keys.beforeApplicationShutdown()));
});

function open(given: SessionIdentityModuleOptions = {}): IdentitySigner {
  const options = new SessionIdentityOptions(given);
  const keys = new IdentityKeys(new IdentityKeyRegistry(redis.client), options);
  opened.push(keys);
  return new IdentitySigner(keys, options);
}

async function claimsOf(identity: Promise<string | null>) {
  const { iat = 0, exp = 0, ...claims } = decodeJwt((await identity) ?? '');
  return { iat, exp, ...claims };
}

describe('an identity', () => {
  it('says what the record says, for whom, by whom and until when, and no more', async () => {
    const session = sampleSession({ data: { theme: 'dark' } });
    const identity = (await open().sign(session, 'orders')) ?? '';
    const { iat = 0, ...claims } = decodeJwt(identity);
    expect(claims).toEqual({
      iss: 'nest-sessions',
      aud: 'orders',
      sub: session.user.id,
      sid: session.id,
      exp: iat + 30,
      session: JSON.parse(encodeSession(session)) as unknown,
    });
    expect(Math.abs(Date.now() / 1_000 - iat)).toBeLessThan(5);
    const kid = (await open().keySet()).keys[0]?.kid;
    expect(decodeProtectedHeader(identity)).toEqual({
      alg: 'EdDSA',
      kid,
      typ: 'session-identity+jwt',
    });
  });

  it('is taken by the service that it is for, and no other', async () => {
    const session = sampleSession();
    const signer = open({ issuer: 'auth.example.com' });
    const identity = (await signer.sign(session, 'orders')) ?? '';
    keyServer.tell((await signer.keySet()).keys);
    const source = (service: string, issuer = 'auth.example.com') =>
      new GatewaySessionSource(gatewayLimitsOf({ keys: keyServer.url, issuer }, service));
    const request = { headers: { 'x-session-identity': identity } };
    expect(fieldsOf(await source('orders').find(request))).toEqual(fieldsOf(session));
    expect(await source('products').find(request)).toBeNull();
    expect(await source('orders', 'nest-sessions').find(request)).toBeNull();
  });

  it('lives as long as is asked for, and no longer than its session', async () => {
    const { iat, exp } = await claimsOf(open({ lifetime: '60s' }).sign(sampleSession(), 'orders'));
    expect(exp - iat).toBe(60);
    const absoluteExpiresAt = Date.now() + 10_000;
    const short = await claimsOf(open().sign(sampleSession({ absoluteExpiresAt }), 'orders'));
    expect(short.exp).toBe(Math.floor(absoluteExpiresAt / 1_000));
  });

  it('is not made of a session that ends right now', async () => {
    const ending = sampleSession({ absoluteExpiresAt: Date.now() });
    expect(await open().sign(ending, 'orders')).toBeNull();
  });

  it('is signed once for requests that come together, for each service and each state', async () => {
    const signer = open();
    const session = sampleSession();
    await signer.sign(session, 'other');
    // Each signature is preceded by one look into Redis, or by one that others share.
    const looks = async (work: () => Promise<unknown>) =>
      (await countCommands(redis.client, work)).zscore ?? 0;
    const inTurn = async () => {
      for (let i = 0; i < 10; i += 1) await signer.sign(session.with({}), 'orders');
    };
    expect(await looks(inTurn)).toBe(1);
    expect(await looks(() => signer.sign(session, 'products'))).toBe(1);
    expect(await looks(() => signer.sign(session.with({ roles: [] }), 'orders'))).toBe(1);
    expect(await looks(() => signer.sign(session, 'orders', { fresh: true }))).toBe(1);
    await eventually(async () => (await looks(() => signer.sign(session, 'orders'))) === 1);
  });

  it('that could not be signed is not remembered', async () => {
    const signer = open();
    const session = sampleSession();
    await redis.client.acl('SETUSER', 'default', '-zadd');
    try {
      await expect(signer.sign(session, 'orders')).rejects.toThrow();
    } finally {
      await redis.client.acl('SETUSER', 'default', '+zadd');
    }
    expect(await signer.sign(session, 'orders')).not.toBeNull();
  });
});

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

  it.each<[SessionIdentityModuleOptions, RegExp]>([
    [{ lifetime: '61s' }, /^lifetime: /],
    [{ lifetime: 1_500 }, /^lifetime: /],
    [{ rotateEvery: '5m' }, /^rotateEvery /],
    [{ issuer: '' }, /^issuer /],
  ])('are refused as %j', (given, message) => {
    const act = () => new SessionIdentityOptions(given);
    expect(act).toThrow(SessionOptionsError);
    expect(act).toThrow(message);
  });

  it.each(['auth:3000', '/jwks.json', 'ftp://auth', 'http://user:secret@auth', ''])(
    'are refused with keys at %j, which the error does not repeat',
    (keys) => {
      const act = () => gatewayLimitsOf({ keys }, 'orders');
      expect(act).toThrow(/^gateway\.keys is not/);
      expect(act).not.toThrow(/secret/);
    },
  );

  it('are refused when something is missing or contradicts another', () => {
    const keys = 'https://auth.example.com/keys';
    expect(gatewayLimitsOf({ keys }, 'orders').keys.href).toBe(keys);
    expect(() => gatewayLimitsOf(undefined, 'orders')).toThrow(/needs 'gateway'/);
    expect(() => gatewayLimitsOf({ keys }, undefined)).toThrow(/'service'/);
    expect(() => gatewayLimitsOf({ keys, keepFor: '1m' }, 'orders')).toThrow(/^gateway\.keepFor /);
    expect(() => gatewayLimitsOf({ keys, issuer: '' }, 'orders')).toThrow(/^gateway\.issuer /);
  });
});
