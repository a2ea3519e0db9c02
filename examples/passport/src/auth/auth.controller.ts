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
import type { Request } from 'express';
import { CurrentUser, Public, type SessionUser } from 'nest-sessions';
import type { User } from '../users/users.js';
import { JsonOnlyGuard } from './json-only.guard.js';
import { SignInService } from './sign-in.service.js';

@Controller('auth')
export class AuthController {
  constructor(private readonly signIn: SignInService) {}

  // #region login
  @Post('login')
  @Public() // nest-sessions asks for no session, Passport asks for the password
  @UseGuards(JsonOnlyGuard, AuthGuard('local'))
  @HttpCode(HttpStatus.NO_CONTENT)
  async login(
    @Req() request: Request & { user: User },
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    await this.signIn.signIn(request.user, request, response);
  }
  // #endregion login

  @Post('logout')
  @Public() // also with an expired session, so that a page may repeat it
  @HttpCode(HttpStatus.NO_CONTENT)
  async logout(
    @Req() request: Request,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    await this.signIn.signOut(request, response);
  }

  @Delete('sessions') // sign out everywhere
  @HttpCode(HttpStatus.NO_CONTENT)
  async logoutEverywhere(
    @CurrentUser() user: SessionUser,
    @Req() request: Request,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    await this.signIn.signOutEverywhere(user.id, request, response);
  }
}
