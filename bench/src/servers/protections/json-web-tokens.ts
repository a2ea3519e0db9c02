import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { INestApplication, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule, type JwtModuleOptions, JwtService } from '@nestjs/jwt';
import { Redis } from 'ioredis';
import type { Credentials, Protection, ProtectionFactory } from '../protection';
import { sessionContent } from '../session-content';
import { DENYLIST, DenylistGuard } from './denylist.guard';
import { DocumentedJwtGuard } from './documented-jwt.guard';
import { JwtGuard } from './jwt.guard';

export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256';

/** @nestjs/jwt at its fastest: a prepared key, no promise. */
export function preparedJwt(algorithm: JwtAlgorithm): ProtectionFactory {
  return () => Promise.resolve(protection(jwtOptions(algorithm), JwtGuard));
}

/** @nestjs/jwt in the way of its documentation: a secret as text, `verifyAsync`. */
export function documentedJwt(): ProtectionFactory {
  const options = { secret: randomBytes(32).toString('base64url') };
  return () => Promise.resolve(protection(options, DocumentedJwtGuard));
}

/**
 * HS256 at its fastest, with a denylist in Redis for logouts.
 *
 * @param enableAutoPipelining Whether ioredis sends all commands of one event loop turn in one write:
 *   cheaper under load, more expensive without.
 */
export function jwtWithDenylist(enableAutoPipelining: boolean): ProtectionFactory {
  return async ({ redisUrl }) => {
    const redis = new Redis(redisUrl, { enableAutoPipelining });
    await redis.ping();
    const { module, ...rest } = protection(jwtOptions('HS256'), DenylistGuard);
    const providers = [...(module.providers ?? []), { provide: DENYLIST, useValue: redis }];
    return { ...rest, module: { ...module, providers } };
  };
}

/** Options of the JWT module for one algorithm, with prepared key objects. */
export function jwtOptions(algorithm: JwtAlgorithm): JwtModuleOptions {
  return {
    ...keysOf(algorithm),
    signOptions: { algorithm },
    verifyOptions: { algorithms: [algorithm] },
  };
}

function keysOf(
  algorithm: JwtAlgorithm,
): { secret: KeyObject } | { publicKey: KeyObject; privateKey: KeyObject } {
  switch (algorithm) {
    case 'HS256':
      return { secret: createSecretKey(randomBytes(32)) };
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }
}

function protection(options: JwtModuleOptions, guard: Type): Protection {
  return {
    module: {
      imports: [JwtModule.register(options)],
      providers: [{ provide: APP_GUARD, useClass: guard }],
    },
    credentials: (app: INestApplication) => Promise.resolve(jwtCredentials(app.get(JwtService))),
  };
}

/** Returns the headers of a request: the token, and unrelated cookies. */
export function jwtCredentials(jwt: JwtService): Credentials {
  const credential = (hasRole: boolean) => {
    const { user, ...content } = sessionContent(hasRole);
    const claims = { sub: user.id, username: user.username, ...content };
    const token = jwt.sign(claims, { expiresIn: '30m', jwtid: randomBytes(16).toString('hex') });
    return { authorization: `Bearer ${token}`, cookie: 'theme=dark; locale=en-GB' };
  };
  return { valid: credential(true), withoutRole: credential(false) };
}
