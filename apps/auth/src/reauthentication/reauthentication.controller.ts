import { ProblemException } from '@app/platform';
import {
  CurrentSession,
  type Session,
  sessionRequired,
  SkipCache,
  type TokenRequest,
} from 'nest-sessions';
import { AcceptsChangedClient } from 'nest-sessions/binding';
import { Body, Controller, HttpCode, HttpStatus, Ip, Post, Req, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import { wrongPassword } from '../password/wrong-password';
import { TokenHandover } from '../sessions/token-handover';
import { DeviceCookie } from '../throttle/device-cookie';
import { ReauthenticateDto } from './reauthenticate.dto';
import { ReauthenticationService } from './reauthentication.service';

/** Re-authenticates signed-in users, for actions that require a recent sign-in. */
@ApiTags('sign-in')
@Controller('auth/reauthenticate')
export class ReauthenticationController {
  constructor(
    private readonly reauthentication: ReauthenticationService,
    private readonly tokens: TokenHandover,
    private readonly deviceCookie: DeviceCookie,
  ) {}

  /**
   * Replaces the token. The old token stays valid for a short grace period, for requests of the page that are
   * under way.
   */
  @Post()
  @SkipCache()
  @AcceptsChangedClient()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse({ description: 'The session has a new token and a new sign-in time.' })
  @ApiForbiddenResponse({
    description: 'The password is wrong, or the token has already been replaced.',
  })
  @ApiTooManyRequestsResponse({ description: 'Too many wrong passwords: see Retry-After.' })
  @ApiConflictResponse({ description: 'The session was changed at the same time.' })
  async reauthenticate(
    @CurrentSession() session: Session,
    @Body() { password }: ReauthenticateDto,
    @Req() request: TokenRequest & { headers: { 'user-agent'?: string } },
    @Ip() ip: string,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    const userAgent = request.headers['user-agent'] ?? null;
    const device = this.deviceCookie.read(request);
    const attempt = { session, password, userAgent, ip, device };
    const result = await this.reauthentication.reauthenticate(attempt);
    switch (result.outcome) {
      case 'done':
        this.tokens.handOver(result.token, request, response);
        return;
      case 'wrong-password':
        throw wrongPassword();
      case 'overtaken':
        throw new ProblemException(
          HttpStatus.CONFLICT,
          'ERR_SESSION_CHANGED',
          'Another request changed this session at the same time. Try again, with the new token if the session has one.',
        );
      case 'gone':
        throw sessionRequired();
    }
  }
}
