import { promisify } from 'node:util';
import { Controller, HttpCode, HttpStatus, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { LocalLoginGuard } from './local-login.guard.js';

@Controller('auth')
export class OldAuthController {
  @Post('login')
  @UseGuards(LocalLoginGuard)
  @HttpCode(HttpStatus.NO_CONTENT)
  login(): void {
    // The guard has signed the user in.
  }

  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  async logout(@Req() request: Request): Promise<void> {
    await promisify((done: (error: unknown) => void) => {
      request.logout(done);
    })();
  }
}
