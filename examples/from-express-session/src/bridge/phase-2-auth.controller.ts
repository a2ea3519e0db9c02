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
import { AuthGuard } from '@nestjs/passport';
import type { Request, Response } from 'express';
import { CurrentUser, Public, type SessionUser } from 'nest-sessions';
import { JsonOnlyGuard } from '../after/json-only.guard.js';
import { SignIn } from '../after/sign-in.js';
import type { User } from '../users/users.js';
import { BothSessions } from './both-sessions.js';

/** Sign-in to Nest sessions. Both kinds of session end together. */
@Controller('auth')
export class Phase2AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly both: BothSessions,
  ) {}

  @Post('login')
  @Public()
  @UseGuards(JsonOnlyGuard, AuthGuard('local'))
  @HttpCode(HttpStatus.NO_CONTENT)
  async login(
    @Req() request: Request & { user: User },
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.both.endOf(request, response);
    await this.signIn.of(request.user, request, response);
  }

  @Post('logout')
  @Public()
  @HttpCode(HttpStatus.NO_CONTENT)
  async logout(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.both.endOf(request, response);
  }

  @Delete('sessions') // sign out everywhere
  @HttpCode(HttpStatus.NO_CONTENT)
  async logoutEverywhere(@CurrentUser() user: SessionUser): Promise<void> {
    await this.both.endAllOf(user.id, 'signed-out-everywhere');
  }
}
