import { pathToFileURL } from 'node:url';
import { JwtService, type JwtSignOptions } from '@nestjs/jwt';
import { requiredVariable } from '../required-variable.js';

const USERS: Readonly<Record<string, object>> = {
  ada: { sub: 'u-1', username: 'ada', roles: ['orders:write'] },
  eve: { sub: 'u-3', username: 'eve', roles: [] },
  bob: { sub: 'u-2', username: 'bob', roles: ['orders:write'] },
};

/** Returns a JWT as the old application issued it at the sign-in of a user. */
export function oldJwt(username: string, options: JwtSignOptions = {}): Promise<string> {
  const jwts = new JwtService({ secret: requiredVariable('JWT_SECRET') });
  return jwts.signAsync({ ...USERS[username] }, { expiresIn: '1h', ...options });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(await oldJwt(process.argv[2] ?? 'ada'));
}
