import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { SessionChannelsModule } from '../channels/session-channels.module.js';
import { CurrentUser } from '../guard/current-user.decorator.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import type { SessionUser } from '../session/session-types.js';
import { SessionModule } from '../session.module.js';
import { SessionWebSocketsModule } from '../websockets/session-websockets.module.js';
import { IoTestClient } from '../websockets/test-support/io-client.js';
import { WsTestClient } from '../websockets/test-support/ws-client.js';
import { failStore } from './fail-store.js';
import { SessionTestingModule } from './session-testing.module.js';
import type { SignedInUser } from './signed-in-user.js';
import { signInAs } from './sign-in-as.js';

@WebSocketGateway({ path: '/notes' })
@Roles('orders')
class NotesGateway {
  @SubscribeMessage('write')
  @Roles('orders:write')
  write(@MessageBody() text: string, @CurrentUser() { username }: SessionUser) {
    return { event: 'written', data: { text, by: username } };
  }
}

@WebSocketGateway({ path: '/payments' })
@RequireRecentSignIn('5m')
class PaymentsGateway {
  @SubscribeMessage('pay')
  pay() {
    return { event: 'paid', data: true };
  }
}

type Headers = Readonly<Record<string, string>>;

/** Client of a gateway, as a test of an application uses it. */
interface Connection {
  /** Sends a message, and resolves to the name and the data of the next event. */
  ask(event: string, data?: unknown): Promise<readonly unknown[]>;
  /** Code with which the server has closed the connection; `null` while it is open. */
  ended(): string | null;
  close(): void;
}

interface Client {
  readonly makeAdapter: (app: INestApplication) => IoAdapter | WsAdapter;
  open(url: string, headers: Headers): Promise<Connection>;
  /** Resolves to the status of the refused handshake. */
  refused(url: string, headers: Headers): Promise<unknown>;
}

const ws: Client = {
  makeAdapter: (app) => new WsAdapter(app),
  open: async (url, headers) => {
    const client = await WsTestClient.open(url, { headers });
    return {
      ask: async (event, data) => {
        const answer = await client.ask(event, data);
        return [answer.event, answer.data];
      },
      ended: () => client.closed?.reason ?? null,
      close: () => {
        client.socket.terminate();
      },
    };
  },
  refused: async (url, headers) => (await WsTestClient.refused(url, { headers })).status,
};

const socketIo: Client = {
  makeAdapter: (app) => new IoAdapter(app),
  open: async (url, headers) => {
    const client = await IoTestClient.open(url, { extraHeaders: { ...headers } });
    const codeIn = ([, error]: readonly unknown[]) => (error as { code: string }).code;
    return {
      ask: (event, data) => client.ask(event, data),
      ended: () => {
        const error = client.events.findLast(([name]) => name === 'exception');
        return client.socket.disconnected && error ? codeIn(error) : null;
      },
      close: () => {
        client.close();
      },
    };
  },
  refused: async (url, headers) => {
    const client = IoTestClient.start(url, { extraHeaders: { ...headers } });
    const error = (await client.refused()) as Error & { description?: unknown };
    client.close();
    return error.description;
  },
};

describe.each([
  ['ws', ws],
  ['socket.io', socketIo],
] as const)('a client of %s', (_, client) => {
  describe.each(['memory', 'Redis'] as const)('with sessions in %s', (place) => {
    const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];
    const redis = startedRedis();
    const connections: Connection[] = [];
    let app: INestApplication;
    let url: string;
    let carol: SignedInUser;

    beforeAll(async () => {
      ({ app, url } = await listen(
        express,
        {
          imports: [
            // Out of reach of a test: the testing module replaces it.
            SessionModule.forRoot({ redis: 'redis://redis.invalid', strict: true }),
            SessionWebSocketsModule,
            // A channel ends by a signal, or not within the time of a test.
            SessionChannelsModule.forRoot({ closeWithin: '1h' }),
            SessionTestingModule.forRoot(place === 'Redis' ? { redis: redis.url } : {}),
          ],
          providers: [NotesGateway, PaymentsGateway],
        },
        (created) => created.useWebSocketAdapter(client.makeAdapter(created)),
      ));
    });
    afterAll(() => app.close());
    beforeEach(async () => {
      carol = await signInAs(app, { roles: ['orders'], user: { username: 'carol' } });
    });
    afterEach(() => {
      for (const connection of connections.splice(0)) connection.close();
    });

    async function open(path: string, headers = carol.headers): Promise<Connection> {
      const connection = await client.open(url + path, headers);
      connections.push(connection);
      return connection;
    }

    it('is admitted with the cookie or the bearer token of a signed-in user only', async () => {
      await carol.setRoles(['orders', 'orders:write']);
      for (const headers of [carol.headers, carol.bearer]) {
        const connection = await open('/notes', headers);
        expect(await connection.ask('write', 'a')).toEqual(['written', { text: 'a', by: 'carol' }]);
      }

      const visitor = await signInAs(app);
      expect(await client.refused(`${url}/notes`, {})).toBe(401);
      expect(await client.refused(`${url}/notes`, visitor.headers)).toBe(403);
    });

    it('is refused a message without the role, and not after setRoles() grants it', async () => {
      const connection = await open('/notes');

      expect(await connection.ask('write', 'a')).toEqual([
        'exception',
        expect.objectContaining({ code: 'ERR_SESSION_ROLE_REQUIRED' }),
      ]);
      await carol.setRoles(['orders', 'orders:write']);
      expect(await connection.ask('write', 'a')).toMatchObject(['written', { text: 'a' }]);
    });

    it.each([
      ['revoke()', '/notes', () => carol.revoke(), 'ERR_SESSION_REQUIRED'],
      ['expire()', '/notes', () => carol.expire(), 'ERR_SESSION_REQUIRED'],
      ["expire('absolute')", '/notes', () => carol.expire('absolute'), 'ERR_SESSION_REQUIRED'],
      ['setRoles()', '/notes', () => carol.setRoles([]), 'ERR_SESSION_ROLE_REQUIRED'],
      [
        'ageSignIn()',
        '/payments',
        () => carol.ageSignIn('10m'),
        'ERR_SESSION_REAUTHENTICATION_REQUIRED',
      ],
    ])('is closed by %s', async (_name, path, end, code) => {
      const connection = await open(path);

      await end();

      await eventually(() => connection.ended() !== null);
      expect(connection.ended()).toBe(code);
    });

    it('is answered 503 while failStore() is in force, and keeps its open connection', async () => {
      const connection = await open('/payments');
      const restore = failStore(app);

      expect(await client.refused(`${url}/payments`, carol.headers)).toBe(503);
      expect(await connection.ask('pay')).toEqual([
        'exception',
        expect.objectContaining({ code: 'ERR_SESSION_STORE_UNAVAILABLE' }),
      ]);
      restore();
      expect(await connection.ask('pay')).toEqual(['paid', true]);
      await open('/payments');
    });
  });
});
