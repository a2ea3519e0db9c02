import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Public } from 'nest-sessions';
import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OrdersEnvironment } from '../orders.environment';

/** Next to this file: in the sources and, through rspack.config.js, in the bundle. */
const FOLDER = join(__dirname, 'page');

/**
 * Content security policy of the page. It may load its own files and call its own service, over HTTP and
 * WebSockets, and nothing else.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

const SCRIPTS: readonly string[] = [
  'event-stream.js',
  'feed-view.js',
  'meanings.js',
  'page.js',
  'web-socket.js',
];

/** Page that opens both feeds of the caller's orders, for people who try the system. Not in production. */
@Public()
@ApiExcludeController()
@Controller('try')
export class TryPageController {
  constructor(private readonly environment: OrdersEnvironment) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  async page(): Promise<string> {
    const html = await read('index.html');
    return html.replaceAll('%AUTH_URL%', this.environment.authUrl.replaceAll('"', '&quot;'));
  }

  @Get('page.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): Promise<string> {
    return read('page.css');
  }

  @Get(':script')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  script(@Param('script') script: string): Promise<string> {
    if (!SCRIPTS.includes(script)) throw new NotFoundException();
    return read(script);
  }
}

function read(name: string): Promise<string> {
  return readFile(join(FOLDER, name), 'utf8');
}
