import {
  applyDecorators,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  HttpStatus,
  Inject,
  NotFoundException,
  Param,
  Res,
  StreamableFile,
  type Type,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { Public } from '../roles/public.decorator.js';
import { type ConsoleFile, ConsolePages } from './console-pages.js';
import { CONSOLE_MOUNT, type ConsoleMount } from './console-mount.token.js';
import { configFor } from './page-config.js';
import { CONSOLE_SETTINGS } from './console-settings.token.js';
import type { ConsoleSettings } from './console.options.js';

/** Content security policy of the pages: they load their own files, and call their own origin. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Places of the application, which all begin with the same page. */
const PLACES = [
  ...['', 'account', 'overview', 'sessions', 'ended', 'users', 'users/:username', 'services'],
  'health',
];

/** Addresses of the same depth. The adapters have no spelling of a wildcard in common. */
const UNKNOWN_PLACES = [':place', ':place/:part'];

/** The names of assets contain a hash of their content. */
const FOREVER = 'public, max-age=31536000, immutable';

const PageHeaders = () =>
  applyDecorators(
    Header('Content-Type', 'text/html; charset=utf-8'),
    Header('Cache-Control', 'no-cache'),
    Header('Content-Security-Policy', POLICY),
    Header('Referrer-Policy', 'no-referrer'),
    Header('X-Content-Type-Options', 'nosniff'),
  );

/** Returns the controller that serves the pages below a route. They hold no data and need no session. */
export function consolePagesController(route: string): Type {
  @Public()
  @Controller({ path: route, version: VERSION_NEUTRAL })
  class ConsolePagesController {
    constructor(
      private readonly pages: ConsolePages,
      @Inject(CONSOLE_SETTINGS) private readonly settings: ConsoleSettings,
      private readonly adapterHost: HttpAdapterHost,
      // Applications set their prefix after this controller was created.
      private readonly application: ApplicationConfig,
      @Inject(CONSOLE_MOUNT) private readonly mount: ConsoleMount,
    ) {}

    @Get(PLACES)
    @PageHeaders()
    page(): string {
      return this.pages.page(
        configFor(this.application.getGlobalPrefix(), this.mount, this.settings.config),
      );
    }

    @Get('icon.svg')
    @Header('Cache-Control', 'public, max-age=86400')
    icon(
      @Headers('accept-encoding') accepted: string | undefined,
      @Res({ passthrough: true }) response: object,
    ): StreamableFile {
      return this.#send(this.pages.file('icon.svg'), accepted, response);
    }

    @Get('assets/:name')
    @Header('Cache-Control', FOREVER)
    asset(
      @Param('name') name: string,
      @Headers('accept-encoding') accepted: string | undefined,
      @Res({ passthrough: true }) response: object,
    ): StreamableFile {
      return this.#send(this.pages.file(`assets/${name}`), accepted, response);
    }

    /** Sends people the page, which shows that it has no such place; programs get an error. */
    @Get(UNKNOWN_PLACES)
    @HttpCode(HttpStatus.NOT_FOUND)
    @PageHeaders()
    unknown(@Headers('accept') accepted: string | undefined): string {
      if (!/\btext\/html\b/.test(accepted ?? '')) {
        throw new NotFoundException('The console has no such page.');
      }
      return this.page();
    }

    #send(
      file: ConsoleFile | null,
      accepted: string | undefined,
      response: object,
    ): StreamableFile {
      const { httpAdapter } = this.adapterHost;
      const set = (name: string, value: string) => {
        httpAdapter.setHeader(response, name, value);
      };
      if (file === null) {
        set('Cache-Control', 'no-store');
        throw new NotFoundException('The console has no such file.');
      }
      set('X-Content-Type-Options', 'nosniff');
      set('Vary', 'Accept-Encoding');
      const isCompressed = /\bgzip\b/.test(accepted ?? '');
      if (isCompressed) set('Content-Encoding', 'gzip');
      const content = isCompressed ? file.gzip : file.plain;
      return new StreamableFile(content, { type: file.type, length: content.length });
    }
  }
  return ConsolePagesController;
}
