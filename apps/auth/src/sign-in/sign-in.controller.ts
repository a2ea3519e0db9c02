import { ProblemException } from '@app/platform';
import {
  Public,
  SessionStoreUnavailableError,
  TokenExtractor,
  type TokenRequest,
} from 'nest-sessions';
import { viewCurrentSession } from 'nest-sessions/console';
import { SessionCookie } from 'nest-sessions/issuer';
import { Body, Controller, Header, HttpCode, HttpStatus, Ip, Post, Req, Res } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { DeviceCookie } from '../throttle/device-cookie';
import { KnownDevices } from '../throttle/known-devices';
import { LoginDto } from './login.dto';
import { SignInService } from './sign-in.service';
import { SignedInView } from './signed-in.view';

@Public()
@ApiTags('sign-in')
@Controller('auth')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly tokens: TokenExtractor,
    private readonly cookie: SessionCookie,
    private readonly deviceCookie: DeviceCookie,
    private readonly devices: KnownDevices,
  ) {}

  @Post('login')
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ type: SignedInView })
  @ApiUnauthorizedResponse({ description: 'Unknown, disabled or wrong: the answer is the same.' })
  @ApiTooManyRequestsResponse({ description: 'Too many wrong passwords: see Retry-After.' })
  async login(
    @Body() { username, password, transport }: LoginDto,
    @Req() request: TokenRequest & { headers: { 'user-agent'?: string } },
    @Ip() ip: string,
    @Res({ passthrough: true }) response: object,
  ): Promise<SignedInView> {
    const device = this.deviceCookie.read(request);
    const issued = await this.signIn.signIn({
      username,
      password,
      ip,
      device,
      userAgent: request.headers['user-agent'] ?? null,
      previousTokens: this.tokens.allIn(request),
    });
    if (issued === null) {
      throw new ProblemException(
        HttpStatus.UNAUTHORIZED,
        'ERR_SIGN_IN_FAILED',
        'Username or password is wrong.',
        { headers: { 'WWW-Authenticate': 'Bearer' } },
      );
    }
    const { session, token } = issued;
    const view = viewCurrentSession(session, session.createdAt + session.idleTimeout);
    if (transport === 'bearer') return { user: view.user, session: view.session, token };
    this.cookie.write(response, token, request);
    await this.#rememberDevice(username, device, response);
    return view;
  }

  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse({ description: 'The session has ended, on every service.' })
  async logout(
    @Req() request: TokenRequest,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    await this.signIn.signOut(this.tokens.allIn(request));
    this.cookie.clear(response, request);
  }

  async #rememberDevice(username: string, device: string | null, response: object): Promise<void> {
    try {
      this.deviceCookie.write(response, await this.devices.remember(username, device));
    } catch (error) {
      // The sign-in stands; the next sign-in tries again to remember the device.
      if (!(error instanceof SessionStoreUnavailableError)) throw error;
    }
  }
}
