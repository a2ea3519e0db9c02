import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { toNodeHandler } from 'better-auth/node';
import type { Request, Response } from 'express';
import { Public } from 'nest-sessions';
import { BETTER_AUTH, type BetterAuth } from './better-auth.js';

/** better-auth's own routes, such as sign-up and sign-in with social providers. */
@Public()
@Controller('api/auth')
export class BetterAuthController {
  readonly #handle: ReturnType<typeof toNodeHandler>;

  constructor(@Inject(BETTER_AUTH) auth: BetterAuth) {
    this.#handle = toNodeHandler(auth);
  }

  @All('*path')
  handle(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.#handle(request, response);
  }
}
