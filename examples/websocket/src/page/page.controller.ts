import { fileURLToPath } from 'node:url';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Public } from 'nest-sessions';

/** Injection token of the file that connects the page. */
export const CLIENT = Symbol('client');

const FOLDER = fileURLToPath(new URL('../../page/', import.meta.url));

const HEADERS = {
  // Scripts of this origin alone, and requests and WebSockets to it alone.
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Serves the page, in place of your CDN or web server. */
@Public()
@Controller()
export class PageController {
  constructor(@Inject(CLIENT) private readonly client: string) {}

  @Get()
  index(@Res() response: Response): void {
    this.#send(response, 'index.html');
  }

  @Get('app.js')
  app(@Res() response: Response): void {
    this.#send(response, 'app.js');
  }

  @Get('live.js')
  live(@Res() response: Response): void {
    this.#send(response, this.client);
  }

  #send(response: Response, file: string): void {
    response.sendFile(file, { root: FOLDER, headers: HEADERS });
  }
}
