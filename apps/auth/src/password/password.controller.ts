import { ProblemException } from '@app/platform';
import { CurrentSession, type Session, SessionCookie, sessionRequired } from '@app/session';
import { Body, Controller, Headers, HttpCode, HttpStatus, Ip, Post, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import { ChangePasswordDto } from './change-password.dto';
import { PasswordService } from './password.service';

@ApiTags('password')
@Controller('auth/password')
export class PasswordController {
  constructor(
    private readonly passwords: PasswordService,
    private readonly cookie: SessionCookie,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /**
   * Changes the password, ends every other session of the user and gives this one a new token. The
   * token comes the way the old one went: in the cookie, or for a bearer client in
   * `Authentication-Info` (RFC 9110, 11.6.3).
   */
  @Post()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse({ description: 'Every other session of the user is gone.' })
  @ApiForbiddenResponse({ description: 'The current password is wrong.' })
  @ApiTooManyRequestsResponse({ description: 'Too many wrong passwords: see Retry-After.' })
  @ApiConflictResponse({ description: 'The user was changed by somebody else at the same time.' })
  async change(
    @CurrentSession() session: Session,
    @Body() { currentPassword, newPassword }: ChangePasswordDto,
    @Headers('authorization') authorization: string | undefined,
    @Ip() ip: string,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const change = await this.passwords.change(session, currentPassword, newPassword, ip);
    switch (change.outcome) {
      case 'changed':
        if (authorization === undefined) this.cookie.write(response, change.token);
        else this.#announce(response, change.token);
        return;
      case 'wrong-password':
        throw new ProblemException(
          HttpStatus.FORBIDDEN,
          'ERR_PASSWORD_WRONG',
          'The current password is wrong.',
        );
      case 'conflict':
        throw new ProblemException(
          HttpStatus.CONFLICT,
          'ERR_USER_CHANGED',
          'Somebody else changed this user at the same time. Nothing was changed; try again.',
        );
      case 'unknown':
        throw sessionRequired();
    }
  }

  #announce(response: object, token: string): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Authentication-Info', `token="${token}"`);
  }
}
