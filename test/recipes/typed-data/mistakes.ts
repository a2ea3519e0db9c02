import { Controller, Get } from '@nestjs/common';
import { Roles, type Session } from 'nest-sessions';
import type { SessionManager } from 'nest-sessions/issuer';

@Controller()
export class MistakenController {
  @Get('right')
  @Roles('orders:write')
  right(): void {
    return;
  }

  @Get('wrong')
  // @ts-expect-error -- a misspelt role
  @Roles('orders:wirte')
  wrong(): void {
    return;
  }
}

const user = { id: 'u-1', username: 'ada', tenant: 'acme' };
const data = { locale: 'en' };
const row = { ...user, passwordHash: '$2b$12$' };

/** Mistakes of an issuing app: each is a compiler error. */
export async function mistakes(sessions: SessionManager, session: Session): Promise<void> {
  await sessions.create({ user, roles: ['orders'], data });
  // @ts-expect-error -- the data is missing
  await sessions.create({ user, roles: [] });
  // @ts-expect-error -- the tenant is missing
  await sessions.create({ user: { id: 'u-1', username: 'ada' }, roles: [], data });
  // @ts-expect-error -- a row of a user table
  await sessions.create({ user: row, roles: [], data });
  // @ts-expect-error -- a row of a user table
  await sessions.updateUser('u-1', row);
  // @ts-expect-error -- the change loses a required field
  await sessions.updateData(session.id, () => ({ theme: 'dark' }));
  // @ts-expect-error -- the data has no such field
  session.data.cart satisfies unknown;
}
