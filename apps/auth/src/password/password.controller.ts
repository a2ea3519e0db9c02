import { ProblemException } from '@app/platform';
import {
  CurrentSession,
  type Session,
  sessionRequired,
  SkipCache,
  type TokenRequest,
} from 'nest-sessions';
import { Body, Controller, HttpCode, HttpStatus, Ip, Post, Req, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import { ChangePasswordDto } from './change-password.dto';
import { TokenHandover } from '../sessions/token-handover';
import { DeviceCookie } from '../throttle/device-cookie';
import { PasswordService } from './password.service';
import { wrongPassword } from './wrong-password';

@ApiTags('password')
@Controller('auth/password')
export class PasswordController {
  constructor(
    private readonly passwords: PasswordService,
    private readonly tokens: TokenHandover,
    private readonly deviceCookie: DeviceCookie,
  ) {}

  /**
   * Changes the password, ends every other session of the user and gives this session a new token. The new
   * token comes the way the old token came. The old token is invalid from now on.
   */
  @Post()
  @SkipCache()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse({ description: 'All other sessions of the user have ended.' })
  @ApiForbiddenResponse({ description: 'The current password is wrong.' })
  @ApiTooManyRequestsResponse({ description: 'Too many wrong passwords: see Retry-After.' })
  @ApiConflictResponse({ description: 'Another request changed the user at the same time.' })
  async change(
    @CurrentSession() session: Session,
    @Body() { currentPassword, newPassword }: ChangePasswordDto,
    @Req() request: TokenRequest,
    @Ip() ip: string,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const from = { ip, device: this.deviceCookie.read(request) };
    const change = await this.passwords.change(session, currentPassword, newPassword, from);
    switch (change.outcome) {
      case 'changed':
        this.tokens.handOver(change.token, request, response);
        return;
      case 'wrong-password':
        throw wrongPassword();
      case 'conflict':
        throw new ProblemException(
          HttpStatus.CONFLICT,
          'ERR_USER_CHANGED',
          'Another request changed this user at the same time. The password is unchanged: try again.',
        );
      case 'unknown':
        throw sessionRequired();
    }
  }
}
