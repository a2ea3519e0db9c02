import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { WebSocket } from 'ws';
import { silent } from '../../../libs/session/test-support/http-adapters';
import { NotesModule } from '../websockets/notes.module.js';

let app: INestApplication;
let url: string;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    imports: [NotesModule, SessionTestingModule.forRoot()],
  })
    .setLogger(silent)
    .compile();
  app = module.createNestApplication();
  // #region listen
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  url = `${await app.getUrl()}/notes`.replace('http', 'ws');
  // #endregion listen
});
afterAll(() => app.close());

// #region socket
it('closes the socket when the session ends', async () => {
  const carol = await signInAs(app, { roles: ['orders'] });
  const socket = new WebSocket(url, { headers: carol.headers });
  await once(socket, 'open');

  const closed = once(socket, 'close');
  await carol.revoke(); // or carol.expire(), or carol.setRoles([]) for 4403
  expect((await closed)[0]).toBe(4401);
});

it('refuses a socket without a session', async () => {
  const socket = new WebSocket(url).on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(401); // 503 during failStore(app)
  socket.terminate();
});
// #endregion socket
