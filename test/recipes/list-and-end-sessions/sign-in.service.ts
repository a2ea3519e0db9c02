// #region sign-in
import { Injectable, UnauthorizedException } from '@nestjs/common';
import { SessionManager } from 'nest-sessions/issuer';
import { UsersService } from './users.service.js';

@Injectable()
export class SignInService {
  constructor(
    private readonly users: UsersService,
    private readonly manager: SessionManager,
  ) {}

  async signIn(username: string, password: string) {
    const user = await this.users.verify(username, password);
    if (user === null) throw new UnauthorizedException();
    const issued = await this.manager.create(
      { user: { id: user.id, username }, roles: user.roles },
      { reason: 'signed-in' },
      { confirm: () => this.users.maySignIn(user.id) },
    );
    if (issued === null) throw new UnauthorizedException();
    return issued;
  }
}
// #endregion sign-in
