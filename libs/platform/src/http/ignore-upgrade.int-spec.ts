import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createHttpServer } from './http-server';
import { ignoreUpgrade } from './ignore-upgrade';

describe('ignoreUpgrade', () => {
  let server: Server;

  beforeEach(async () => {
    server = createHttpServer((request, response) => {
      request.resume();
      request.on('end', () => response.end(`served ${request.method ?? ''} ${request.url ?? ''}`));
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      ignoreUpgrade(server, request, socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  /** Returns all that the server sends until it closes the connection. The client keeps its side open. */
  async function exchange(text: string): Promise<string> {
    const { port } = server.address() as AddressInfo;
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.write(text);
    let answer = '';
    client.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(client, 'end');
    client.destroy();
    return answer;
  }

  const head = (...lines: string[]) =>
    [
      'GET /orders HTTP/1.1',
      'Host: a',
      'Connection: Upgrade, HTTP2-Settings',
      ...lines,
      '',
      '',
    ].join('\r\n');

  it('serves the request and closes the connection', async () => {
    const answer = await exchange(head('Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'));

    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
    expect(answer).toMatch(/served GET \/orders/);
  });

  it('serves no second request that is sent with the first', async () => {
    const second = 'GET /second HTTP/1.1\r\nHost: a\r\n\r\n';
    const answer = await exchange(head('Upgrade: h2c') + second);

    expect(answer).toContain('served GET /orders');
    expect(answer).not.toContain('/second');
  });

  it('refuses a request with a body', async () => {
    for (const length of ['Content-Length: 4', 'Transfer-Encoding: chunked']) {
      expect(await exchange(`${head('Upgrade: h2c', length)}body`)).toMatch(/^HTTP\/1\.1 400 /);
    }
  });
});
