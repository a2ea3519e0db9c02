import {
  Controller,
  Delete,
  HttpCode,
  HttpStatus,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuthenticatedGuard } from '../before/authenticated.guard.js';
import { LocalLoginGuard } from '../before/local-login.guard.js';
import type { User } from '../users/users.js';
import { BothSessions } from './both-sessions.js';

/** Sign-in to old sessions. It ends Nest sessions as well, so that phase 2 can be taken back. */
@Controller('auth')
export class Phase1AuthController {
  constructor(private readonly both: BothSessions) {}

  @Post('login')
  @UseGuards(LocalLoginGuard)
  @HttpCode(HttpStatus.NO_CONTENT)
  async login(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    // The guard has signed the user in to an old session: a Nest session of this browser would win over it.
    await this.both.endNestSessionsOf(request, response);
  }

  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  async logout(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.both.endOf(request, response);
  }

  @Delete('sessions') // sign out everywhere
  @UseGuards(AuthenticatedGuard)
  @HttpCode(HttpStatus.NO_CONTENT)
  async logoutEverywhere(@Req() { user }: { user: User }): Promise<void> {
    await this.both.endAllOf(user.id, 'signed-out-everywhere');
  }
}
