import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import {
  failStore,
  SessionTestingModule,
  type SignedInUser,
  signInAs,
} from 'nest-sessions/testing';
import { WebSocket } from 'ws';
import { listen } from '../../libs/session/test-support/http-adapters';
import { startedRedis } from '../../libs/session/test-support/started-redis';
import { eventually } from '../../tools/testing/eventually';
import { NotesModule } from './websockets/notes.module';
import { followNotes } from './websockets/notes.page';

describe('the recipe "Protect a WebSocket gateway"', () => {
  const redis = startedRedis();
  const sockets: WebSocket[] = [];
  const pages: (() => void)[] = [];
  const browser = { WebSocket: globalThis.WebSocket, fetch: globalThis.fetch };
  let app: INestApplication;
  let url: string;
  let carol: SignedInUser;
  /** Status of `/auth/session`. */
  let sessionStatus: number;
  let page: { messages: unknown[]; signedOut: number; forbidden: number };

  beforeAll(async () => {
    ({ app, url } = await listen(
      () => new ExpressAdapter(),
      { imports: [NotesModule, SessionTestingModule.forRoot({ redis: redis.url })] },
      (created) => created.useWebSocketAdapter(new WsAdapter(created)),
    ));
  });
  afterAll(() => app.close());

  beforeEach(async () => {
    carol = await signInAs(app, {
      roles: ['orders', 'orders:write'],
      user: { username: 'carol' },
    });
    sessionStatus = 401;
    page = { messages: [], signedOut: 0, forbidden: 0 };
  });
  afterEach(() => {
    for (const leave of pages.splice(0)) leave();
    for (const socket of sockets.splice(0)) socket.terminate();
    Object.assign(globalThis, browser);
  });

  /** Runs the page's code as a browser does, which sends the user's credentials by itself. */
  function follow(headers: Readonly<Record<string, string>>): void {
    class BrowserSocket extends WebSocket {
      constructor(address: string) {
        super(address, { headers, origin: url });
        // A browser reports a refused handshake without an exception.
        this.on('error', () => undefined);
        sockets.push(this);
      }
    }
    const answer = () => Promise.resolve(new Response(null, { status: sessionStatus }));
    Object.assign(globalThis, { WebSocket: BrowserSocket, fetch: answer });
    const leave = followNotes(`${url.replace('http', 'ws')}/notes`, {
      onMessage: (message) => page.messages.push(message),
      onSignedOut: () => (page.signedOut += 1),
      onForbidden: () => (page.forbidden += 1),
    });
    pages.push(leave);
  }

  async function opened(): Promise<WebSocket> {
    follow(carol.headers);
    const [socket] = sockets;
    if (socket === undefined) throw new Error('The page has opened no socket.');
    await eventually(() => socket.readyState === WebSocket.OPEN);
    return socket;
  }

  const write = (socket: WebSocket) => {
    socket.send(JSON.stringify({ event: 'write', data: 'a' }));
  };

  it('serves messages of the session that opened the socket', async () => {
    write(await opened());

    await eventually(() => page.messages.length === 1);
    expect(page.messages).toEqual([{ event: 'written', data: { text: 'a', by: 'carol' } }]);
  });

  it('refuses a message without the role, and keeps the socket open', async () => {
    const socket = await opened();
    await carol.setRoles(['orders']);

    write(socket);

    await eventually(() => page.messages.length === 1);
    expect(page.messages).toMatchObject([
      { event: 'exception', data: { code: 'ERR_SESSION_ROLE_REQUIRED' } },
    ]);
    expect(page.forbidden).toBe(0);
  });

  it('reports a sign-out and a lost role to the page', async () => {
    await opened();
    await carol.revoke();
    await eventually(() => page.signedOut === 1);

    carol = await signInAs(app, { roles: ['orders'], user: { username: 'dora' } });
    sockets.splice(0);
    await opened();
    await carol.setRoles([]);
    await eventually(() => page.forbidden === 1);
    expect(page.signedOut).toBe(1);
  });

  it('connects again with a new token', async () => {
    await opened();
    sessionStatus = 200;

    await carol.revoke();

    await eventually(() => sockets.length === 2);
    expect(page.signedOut).toBe(0);
  });

  it('reports a handshake without a session to the page', async () => {
    follow({});

    await eventually(() => page.signedOut === 1);
  });

  it('serves no message while the store is away', async () => {
    const socket = await opened();
    const restore = failStore(app);

    write(socket);
    await eventually(() => page.messages.length === 1);
    restore();
    write(socket);

    await eventually(() => page.messages.length === 2);
    expect(page.messages).toMatchObject([
      { event: 'exception', data: { code: 'ERR_SESSION_STORE_UNAVAILABLE' } },
      { event: 'written' },
    ]);
  });
});
