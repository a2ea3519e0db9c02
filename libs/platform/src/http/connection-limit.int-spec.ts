import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from '../../../../tools/testing/eventually';
import { limitConnections } from './connection-limit';

describe('a server with a limit of 20 connections', () => {
  let server: Server;
  let logged: jest.SpyInstance;
  const clients: Socket[] = [];

  beforeEach(() => {
    logged = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });

  /** @param patience Milliseconds. */
  async function listen(patience: number): Promise<void> {
    server = createServer((request, response) => {
      if (request.url !== '/held') response.end('served');
    });
    limitConnections(server, { most: 20, patience });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    server.closeAllConnections();
    server.close();
    jest.restoreAllMocks();
  });

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function open(text?: string): Promise<Socket> {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    clients.push(client);
    await once(client, 'connect');
    if (text !== undefined) client.write(text);
    return client;
  }

  const isOpen = (client: Socket) => !client.destroyed && client.readyState === 'open';

  it('serves a request while 100 silent connections are opened, and logs once', async () => {
    await listen(0);
    for (let i = 0; i < 100; i += 1) {
      const client = await open();
      client.resume();
    }
    const answer = await fetch(url());
    expect(await answer.text()).toBe('served');
    await eventually(() => clients.filter(isOpen).length <= 20);
    expect(logged.mock.calls.flat()).toEqual([
      expect.stringMatching(
        /^\d+ of at most 20 connections are open: silent connections are closed/,
      ),
    ]);
  });

  it('keeps new, started and active connections open, and refuses the next', async () => {
    await listen(60_000);
    const fresh = await open();
    const begun = await open('GET / HT');
    const held = await open('GET /held HTTP/1.1\r\nHost: a\r\n\r\n');
    for (let i = 0; i < 17; i += 1) await open('GET /held HTTP/1.1\r\nHost: a\r\n\r\n');
    const refused = await open();
    await once(refused.resume(), 'close');
    expect([fresh, begun, held].map(isOpen)).toEqual([true, true, true]);
    expect(logged.mock.calls.flat()).toEqual([
      expect.stringMatching(/at most 20 connections are open: new connections are refused$/),
    ]);
    begun.end('TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(String(await once(begun, 'data'))).toContain('served');
  });
});
