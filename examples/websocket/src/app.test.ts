import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { failStore, signInAs } from 'nest-sessions/testing';
import { type ClientOptions, WebSocket } from 'ws';
import { startApp } from './testing/running-app.js';

let app: INestApplication;
let url: string;

before(async () => {
  ({ app, url } = await startApp());
});
after(() => app.close());

function connect(options: ClientOptions, origin = url): WebSocket {
  return new WebSocket(`${origin.replace('http', 'ws')}/live`, options);
}

async function opened(options: ClientOptions, origin = url): Promise<WebSocket> {
  const socket = connect(options, origin);
  await once(socket, 'open');
  return socket;
}

async function refusal(options: ClientOptions): Promise<number | undefined> {
  const socket = connect(options).on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  socket.terminate();
  return response.statusCode;
}

/** Sends a message, and resolves to the next message of the server. */
async function ask(socket: WebSocket, event: string, data?: string): Promise<unknown> {
  socket.send(JSON.stringify({ event, data }));
  const [message] = (await once(socket, 'message')) as [Buffer];
  return JSON.parse(message.toString());
}

describe('a socket', () => {
  it('is refused before the upgrade without a session, and during an outage of the store', async () => {
    const { headers } = await signInAs(app);
    assert.equal(await refusal({}), 401);
    const restore = failStore(app);
    assert.equal(await refusal({ headers }), 503);
    restore();
    (await opened({ headers })).terminate();
  });

  it('is refused to a page of another origin, although the browser sends the cookie', async () => {
    const { headers } = await signInAs(app);
    assert.equal(await refusal({ headers, origin: 'https://evil.example' }), 403);
  });

  it('writes notes with the role notes:write only', async () => {
    const ada = await signInAs(app, { user: { username: 'ada' } });
    const socket = await opened({ headers: ada.headers });
    assert.deepEqual(await ask(socket, 'watch'), { event: 'notes', data: [] });
    assert.deepEqual(await ask(socket, 'write', 'milk'), {
      event: 'exception',
      data: {
        status: 'error',
        code: 'ERR_SESSION_ROLE_REQUIRED',
        message: 'The session has no role that allows this.',
      },
    });
    await ada.setRoles(['notes:write']);
    const note = { text: 'milk', by: 'ada' };
    assert.deepEqual(await ask(socket, 'write', 'milk'), { event: 'notes', data: [note] });
    socket.terminate();
  });

  it('is closed with 4401 by the sign-out', async () => {
    const { headers } = await signInAs(app);
    const closed = once(await opened({ headers }), 'close');
    await fetch(`${url}/auth/logout`, { method: 'POST', headers });
    assert.equal((await closed)[0], 4401);
  });

  it(
    'is closed with 4401 by the sign-out at another instance',
    { skip: process.env.REDIS_URL === undefined && 'needs REDIS_URL' },
    async () => {
      const other = await startApp();
      const { headers } = await signInAs(app);
      const closed = once(await opened({ headers }, other.url), 'close');
      await fetch(`${url}/auth/logout`, { method: 'POST', headers });
      assert.equal((await closed)[0], 4401);
      await other.app.close();
    },
  );
});
