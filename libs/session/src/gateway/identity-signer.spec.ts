import { decodeJwt, decodeProtectedHeader } from 'jose';
import { encodeSession } from '../session/session-record.js';
import type { SessionUser } from '../session/session-types.js';
import { MovedClock } from '../../test-support/moved-clock.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { gatewayLimitsOf } from './gateway.options.js';
import { GatewaySessionSource } from './gateway-session.source.js';
import { IdentityKeys } from './identity-keys.js';
import { IdentitySigner } from './identity-signer.js';
import {
  type SessionIdentityModuleOptions,
  SessionIdentityOptions,
} from './session-identity.options.js';
import { GivenKeys } from './test-support/given-keys.js';
import { MemoryKeyRegistry } from './test-support/memory-key.registry.js';

const clock = MovedClock.forEachTest();
const given = GivenKeys.stubbed();
let registry: MemoryKeyRegistry;
const opened: IdentityKeys[] = [];

beforeEach(() => {
  registry = new MemoryKeyRegistry();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((keys) => keys.beforeApplicationShutdown()));
});

function open(changes: SessionIdentityModuleOptions = {}): IdentitySigner {
  const options = new SessionIdentityOptions(changes);
  const keys = new IdentityKeys(registry, options);
  opened.push(keys);
  return new IdentitySigner(keys, options);
}

async function claimsOf(identity: Promise<string | null>) {
  const { iat = 0, exp = 0, ...claims } = decodeJwt((await identity) ?? '');
  return { iat, exp, ...claims };
}

describe('an identity', () => {
  it('contains the record, the issuer, the audience and the times, and nothing else', async () => {
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

  it('carries the fields of the user that an app declares', async () => {
    const session = sampleSession({
      user: { id: 'u-1', username: 'ada', tenant: 'acme', teams: ['red'] } as SessionUser,
    });
    const signer = open();
    const identity = (await signer.sign(session, 'orders')) ?? '';
    given.publish((await signer.keySet()).keys);
    const source = new GatewaySessionSource(gatewayLimitsOf({ keys: given.url }, 'orders'));

    const found = await source.find({ headers: { 'x-session-identity': identity } });

    expect(fieldsOf(found)).toEqual(fieldsOf(session));
  });

  it('is accepted only by its audience, and only under its issuer', async () => {
    const session = sampleSession();
    const signer = open({ issuer: 'auth.example.com' });
    const identity = (await signer.sign(session, 'orders')) ?? '';
    given.publish((await signer.keySet()).keys);
    const source = (service: string, issuer = 'auth.example.com') =>
      new GatewaySessionSource(gatewayLimitsOf({ keys: given.url, issuer }, service));
    const request = { headers: { 'x-session-identity': identity } };
    expect(fieldsOf(await source('orders').find(request))).toEqual(fieldsOf(session));
    expect(await source('products').find(request)).toBeNull();
    expect(await source('orders', 'nest-sessions').find(request)).toBeNull();
  });

  it('has the configured lifetime, and never outlives the session or its idle timeout', async () => {
    const { iat, exp } = await claimsOf(open({ lifetime: '60s' }).sign(sampleSession(), 'orders'));
    expect(exp - iat).toBe(60);
    const absoluteExpiresAt = Date.now() + 10_000;
    const short = await claimsOf(open().sign(sampleSession({ absoluteExpiresAt }), 'orders'));
    expect(short.exp).toBe(Math.floor(absoluteExpiresAt / 1_000));
    const idle = await claimsOf(open().sign(sampleSession({ idleTimeout: 5_000 }), 'orders'));
    expect(idle.exp - idle.iat).toBe(5);
  });

  it('is not issued for a session that ends right now', async () => {
    const ending = sampleSession({ absoluteExpiresAt: Date.now() });
    expect(await open().sign(ending, 'orders')).toBeNull();
  });

  it('is signed once a second for each service and each state of the session', async () => {
    const signer = open();
    const session = sampleSession();
    await signer.sign(session, 'other');
    // Each signature is preceded by one look-up in the registry, its own or a shared look-up.
    const looks = async (work: () => Promise<unknown>) => {
      const before = registry.lookUps;
      await work();
      return registry.lookUps - before;
    };
    const inTurn = async () => {
      for (let i = 0; i < 10; i += 1) await signer.sign(session.with({}), 'orders');
    };
    expect(await looks(inTurn)).toBe(1);
    expect(await looks(() => signer.sign(session, 'products'))).toBe(1);
    expect(await looks(() => signer.sign(session.with({ roles: [] }), 'orders'))).toBe(1);
    expect(await looks(() => signer.sign(session, 'orders', { fresh: true }))).toBe(1);
    expect(await looks(() => signer.sign(session, 'orders'))).toBe(0);
    clock.forward(1_000);
    expect(await looks(() => signer.sign(session, 'orders'))).toBe(1);
  });

  it('is not cached when signing fails', async () => {
    const signer = open();
    const session = sampleSession();
    registry.isReadOnly = true;
    await expect(signer.sign(session, 'orders')).rejects.toThrow();
    registry.isReadOnly = false;
    expect(await signer.sign(session, 'orders')).not.toBeNull();
  });
});
