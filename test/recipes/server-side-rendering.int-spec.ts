import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { CurrentUser, SessionModule, type SessionUser } from 'nest-sessions';
import { SessionBindingModule } from 'nest-sessions/binding';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { startPages } from './server-side-rendering.js';

@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentUser() user: SessionUser): string {
    return `orders of ${user.username}`;
  }
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('a page that a server renders', () => {
  const [[, makeAdapter]] = httpAdapters as [(typeof httpAdapters)[0]];
  let app: INestApplication;
  let pages: Server;

  beforeAll(async () => {
    const listening = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({}),
        SessionBindingModule.forRoot({ userAgent: 'reauthenticate' }),
        SessionTestingModule.forRoot(),
      ],
      controllers: [OrdersController],
    });
    ({ app } = listening);
    pages = startPages(listening.url).listen(0, '127.0.0.1');
    await once(pages, 'listening');
  });
  afterAll(async () => {
    pages.close();
    pages.closeAllConnections();
    await app.close();
  });

  const getPage = (headers: Record<string, string> = {}) => {
    const { port } = pages.address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}`, { headers, redirect: 'manual' });
  };

  it('is the page of its visitor, and is not stored', async () => {
    for (const username of ['ada', 'bob']) {
      const user = { id: username, username };
      const { headers } = await signInAs(app, { user, userAgent: FIREFOX });
      const page = await getPage({ ...headers, 'user-agent': FIREFOX });
      expect(await page.text()).toBe(`<h1>orders of ${username}</h1>`);
      expect(page.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('sends a visitor without a session to the sign-in page', async () => {
    const page = await getPage();
    expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in']);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });
});
