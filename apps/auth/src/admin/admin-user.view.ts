import { ApiProperty } from '@nestjs/swagger';
import { UserView } from '../sessions/session.view';
import type { User } from '../users/user';

/** View of a user for administrators. */
export class AdminUserView extends UserView {
  @ApiProperty()
  readonly disabled!: boolean;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

export function viewUser({ id, username, roles, disabled, createdAt }: User): AdminUserView {
  return { id, username, roles, disabled, createdAt: createdAt.toISOString() };
}
