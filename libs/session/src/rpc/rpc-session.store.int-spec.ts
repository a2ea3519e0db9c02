import { Logger } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { freePort } from '../../../../tools/processes/free-port.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { joinSockets } from '../../../../tools/testing/join-sockets.js';
import { CallKeys } from '../calls/call.options.js';
import { CallTokens } from '../calls/call-tokens.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import { encodeSession } from '../session/session-record.js';
import { RpcCounters } from './rpc.counters.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { IntrospectionCalls } from './introspection-calls.js';
import { openIntrospectionClient } from './open-introspection-client.js';
import { RpcSessionStore } from './rpc-session.store.js';
import { type RpcOptions, rpcLimitsOf } from './rpc.options.js';
import { CALLS } from './test-support/rpc-apps.js';
import { ScriptedAuth } from './test-support/scripted-auth.js';

const never = () => new Promise<never>(() => undefined);

describe('RpcSessionStore over TCP', () => {
  const opened: IntrospectionCalls[] = [];
  let auth: ScriptedAuth;
  let counters: RpcCounters;
  let warn: jest.SpyInstance;

  beforeEach(async () => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    counters = new RpcCounters();
    auth = await ScriptedAuth.start();
    auth.answers['session.introspect'] = () => ({});
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((it) => it.onApplicationShutdown()));
    await auth.stop();
    jest.restoreAllMocks();
  });

  function open(rpc: Partial<RpcOptions> = {}, port = auth.port): RpcSessionStore {
    const options = { host: '127.0.0.1', port };
    const limits = rpcLimitsOf({ client: { transport: Transport.TCP, options }, ...rpc });
    const tokens = new CallTokens('orders', new CallKeys(CALLS));
    const client = openIntrospectionClient(limits, tokens);
    const calls = new IntrospectionCalls(client, limits, counters);
    opened.push(calls);
    return new RpcSessionStore(
      calls,
      { service: 'orders', touchInterval: 60_000, cache: limits.cache },
      counters,
    );
  }

  /** Makes the service know a session with this remaining idle timeout, in milliseconds. */
  function know(session: Session, idleLeft?: number): void {
    auth.answers['session.introspect'] = ({ id }) =>
      id === session.id ? { session: encodeSession(session), idleLeft } : {};
    auth.answers['session.touch'] = () => ({ live: true, idleLeft: session.idleTimeout });
  }

  it('returns the session as it was sent, and requests it by its ID alone', async () => {
    const session = sampleSession();
    know(session);

    const found = await open().find(session.id);

    expect(fieldsOf(found)).toEqual(fieldsOf(session));
    expect(auth.received).toEqual([['session.introspect', { id: session.id, fresh: false }]]);
  });

  describe('when the auth service does not answer', () => {
    const session = sampleSession();
    const ask = (store: RpcSessionStore) =>
      Promise.resolve(store.find(session.id)).catch((error: unknown) => error);

    it('gives up after its timeout, and sends nothing twice', async () => {
      auth.answers['session.introspect'] = never;
      const store = open({ timeout: '100ms' });

      expect(await ask(store)).toBeInstanceOf(SessionStoreUnavailableError);

      expect(auth.received).toHaveLength(1);
      expect(counters).toMatchObject({ calls: 1, failures: 1, retries: 0 });
    });

    it('gives up on an answer without a value', async () => {
      auth.answers['session.introspect'] = () => undefined;

      expect(await ask(open())).toBeInstanceOf(SessionStoreUnavailableError);

      expect(counters.malformedReplies).toBe(0);
    });

    it('reports that the store of the auth service is unavailable', async () => {
      auth.answers['session.introspect'] = () => {
        throw new SessionStoreUnavailableError();
      };

      expect(await ask(open())).toBeInstanceOf(SessionStoreUnavailableError);
    });

    it('tries to connect twice, and stops calling after some failures', async () => {
      await auth.stop();
      const store = open({ breaker: { failures: 3, pause: '1h' } });

      for (let i = 0; i < 5; i += 1) {
        expect(await ask(store)).toBeInstanceOf(SessionStoreUnavailableError);
      }

      expect(counters).toMatchObject({
        calls: 3,
        retries: 3,
        failures: 3,
        refusals: 2,
        isOpen: true,
      });
    });

    it('calls again once the service is back', async () => {
      know(session);
      await auth.stop();
      const store = open({ breaker: { failures: 1, pause: '50ms' } });
      await ask(store);
      expect(counters.isOpen).toBe(true);

      await auth.startAgain();
      await eventually(async () => (await ask(store)) !== null && !counters.isOpen);

      expect(await ask(store)).toMatchObject({ id: session.id });
    });

    it('warns at startup that the service is down, and starts anyway', async () => {
      await auth.stop();
      const store = open();

      store.onApplicationBootstrap();

      await eventually(() =>
        warn.mock.calls.some(([line]) => String(line).includes('does not answer')),
      );
    });
  });

  describe('on a connection whose other end is silently gone', () => {
    let server: Server;
    const sockets: Socket[] = [];
    let connections = 0;

    beforeEach(async () => {
      connections = 0;
      // The first connection leads nowhere, the other connections lead to the service.
      server = createServer((socket) => {
        connections += 1;
        sockets.push(socket);
        socket.on('error', () => undefined);
        if (connections === 1) return;
        joinSockets(socket, connect(auth.port, '127.0.0.1'));
      }).listen(await freePort(), '127.0.0.1');
      await once(server, 'listening');
    });

    afterEach(() => {
      server.close();
      for (const socket of sockets.splice(0)) socket.destroy();
    });

    it('opens a new connection', async () => {
      const session = sampleSession();
      know(session);
      const { port } = server.address() as { port: number };
      const store = open({ timeout: '100ms', breaker: { failures: 2, pause: '50ms' } }, port);
      const ask = () => Promise.resolve(store.find(session.id)).catch(() => null);
      expect(await ask()).toBeNull();

      await eventually(async () => (await ask()) !== null);

      expect(connections).toBe(2);
    });
  });
});
