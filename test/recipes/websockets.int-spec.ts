import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Role } from 'nest-sessions';
import {
  failStore,
  SessionTestingModule,
  type SignedInUser,
  signInAs,
} from 'nest-sessions/testing';
import { listen } from '../../libs/session/test-support/http-adapters';
import { startedRedis } from '../../libs/session/test-support/started-redis';
import { NotesModule } from './websockets/notes.module';
import { CLOSE, type Frame, frameOf, readFrames, TEXT } from './websockets/frames';
import { PlainWsAdapter } from './websockets/plain-ws.adapter';

const ORIGIN = 'https://app.example.com';

/** Gateway that says nothing about sessions. */
@WebSocketGateway({ path: '/closed' })
class ClosedGateway {
  @SubscribeMessage('write')
  write(): string {
    return 'written';
  }
}

describe('the recipe "WebSocket gateways"', () => {
  const redis = startedRedis();
  const sockets: Duplex[] = [];
  let app: INestApplication;
  let url: string;
  let carol: SignedInUser;

  beforeAll(async () => {
    ({ app, url } = await listen(
      () => new ExpressAdapter(),
      {
        imports: [NotesModule, SessionTestingModule.forRoot({ redis: redis.url })],
        providers: [ClosedGateway],
      },
      (created) => created.useWebSocketAdapter(new PlainWsAdapter(created)),
    ));
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  afterAll(() => app.close());

  beforeEach(async () => {
    carol = await signInAs(app, { roles: ['notes:write' as Role], user: { username: 'carol' } });
  });

  /** Opens a WebSocket, and returns a function that sends a message and waits for the next frame. */
  async function open(headers: Readonly<Record<string, string>>, path = '/notes') {
    const socket = await new Promise<Duplex>((resolve, reject) => {
      const handshake = request(`${url}${path}`, {
        headers: {
          origin: ORIGIN,
          ...headers,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-version': '13',
        },
      });
      handshake.on('upgrade', (_, opened, first) => {
        if (first.length > 0) opened.unshift(first);
        resolve(opened);
      });
      handshake.on('error', reject).end();
    });
    sockets.push(socket.on('error', () => socket.destroy()));
    const frames: Frame[] = [];
    let wake: () => void = () => undefined;
    readFrames(socket, (frame) => {
      frames.push(frame);
      wake();
    });
    const next = async (): Promise<Frame> => {
      let frame: Frame | undefined;
      while ((frame = frames.shift()) === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return frame;
    };
    return {
      next,
      write: async (text: string): Promise<unknown> => {
        const message = Buffer.from(JSON.stringify({ event: 'write', data: text }));
        socket.write(frameOf(TEXT, message, true));
        return JSON.parse((await next()).payload.toString());
      },
    };
  }

  const written = (text: string) => ({ event: 'written', data: { text, by: 'carol' } });
  const refusal = (message: string) => ({
    event: 'exception',
    data: expect.objectContaining({ status: 'error', message }) as object,
  });

  it('closes every handler that is not public, with the stable code', async () => {
    const socket = await open(carol.headers, '/closed');

    expect(await socket.write('a')).toEqual({
      event: 'exception',
      data: expect.objectContaining({ status: 'error', code: 'ERR_SESSION_REQUIRED' }) as object,
    });
  });

  it('serves messages of the session that opened the socket', async () => {
    const socket = await open(carol.headers);

    expect(await socket.write('a')).toEqual(written('a'));
    expect(await socket.write('b')).toEqual(written('b'));
  });

  it('refuses messages without a session, or without the role', async () => {
    const visitor = await signInAs(app);

    expect(await (await open({})).write('a')).toEqual(refusal('Sign in again.'));
    expect(await (await open(visitor.headers)).write('a')).toEqual(
      refusal('Your role does not allow this.'),
    );
  });

  it('applies the end of a session and a change of roles to the next message', async () => {
    const socket = await open(carol.headers);
    expect(await socket.write('a')).toEqual(written('a'));

    await carol.setRoles([]);
    expect(await socket.write('b')).toEqual(refusal('Your role does not allow this.'));
    await carol.revoke();
    expect(await socket.write('c')).toEqual(refusal('Sign in again.'));
  });

  it('renews the idle timeout', async () => {
    const socket = await open(carol.headers);
    const key = `idle:{${carol.session.id}}`;
    expect(await redis.client.pexpire(key, 60_000)).toBe(1);

    expect(await socket.write('a')).toEqual(written('a'));

    expect(await redis.client.pttl(key)).toBeGreaterThan(60_000);
  });

  it('closes a socket that a page of another origin opens', async () => {
    for (const origin of ['https://evil.example.com', 'null', '']) {
      const { opcode, payload } = await (await open({ ...carol.headers, origin })).next();

      expect([opcode, payload.readUInt16BE(0)]).toEqual([CLOSE, 1008]);
    }
  });

  it('serves no message while the store is away', async () => {
    const socket = await open(carol.headers);
    const restore = failStore(app);

    expect(await socket.write('a')).toMatchObject({ event: 'exception' });
    restore();
    expect(await socket.write('b')).toEqual(written('b'));
  });
});
