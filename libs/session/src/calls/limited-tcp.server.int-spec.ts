import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, type INestApplication, Logger } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { socketClosed } from '../../../../tools/testing/socket-closed.js';
import { Public } from '../roles/public.decorator.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { LimitedTcpServer, type TcpLimits } from './limited-tcp.server.js';

const HOST = '127.0.0.1';

/** State of the slow handler. */
const slow = { hasBegun: false };

@Controller()
class SampleController {
  @Public()
  @MessagePattern('slow')
  async slow(data: string): Promise<string> {
    slow.hasBegun = true;
    await delay(200);
    return data;
  }

  @Public()
  @MessagePattern('echo')
  echo(data: string): string {
    return data;
  }

  @MessagePattern('closed')
  closed(): string {
    return 'in';
  }
}

describe('a TCP port with limits', () => {
  const [[, makeAdapter] = ['', () => undefined as never]] = httpAdapters;
  const sockets: Socket[] = [];
  let app: INestApplication;
  let port: number;
  let caller: ClientProxy;
  let lines: string[];

  beforeEach(() => {
    lines = [];
    jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((text: unknown) => lines.push(String(text)));
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await caller.close();
    await app.close();
    jest.restoreAllMocks();
  });

  async function serve(limits: TcpLimits = {}): Promise<void> {
    port = await freePort();
    ({ app } = await listen(
      makeAdapter,
      {
        imports: [SessionModule.forRoot({ store: new MemorySessionStore() })],
        controllers: [SampleController],
      },
      async (made) => {
        const strategy = new LimitedTcpServer({ host: HOST, port }, limits);
        made.connectMicroservice({ strategy }, { inheritAppConfig: true });
        await made.startAllMicroservices();
      },
    ));
    caller = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: HOST, port } });
  }

  const send = (pattern: string, data: string) =>
    firstValueFrom(caller.send<string>(pattern, data));

  async function open(): Promise<{ socket: Socket; closed: Promise<void> }> {
    const socket = connect(port, HOST);
    sockets.push(socket);
    socket.resume();
    const closed = socketClosed(socket);
    await once(socket, 'connect');
    return { socket, closed };
  }

  it("accepts messages of Nest's client of any length and alphabet, behind the guard", async () => {
    await serve();
    for (const text of ['', 'x', 'ü𝄞漢'.repeat(100_000)])
      expect(await send('echo', text)).toBe(text);
    await expect(send('closed', '')).rejects.toMatchObject({ code: 'ERR_SESSION_REQUIRED' });
  });

  it('closes a connection at the first bytes of an oversized or invalid message', async () => {
    await serve({ longestMessage: 1_000 });
    for (const bytes of ['1001#', '99999999999', 'GET / HTTP/1.1\r\n', '5#{"a":']) {
      const { socket, closed } = await open();
      socket.write(bytes);
      await closed;
    }
    expect(await send('echo', 'still there')).toBe('still there');
  });

  it('closes a connection that is idle or whose message does not end', async () => {
    await serve({ idleTimeout: 200, messageTimeout: 100 });
    await (
      await open()
    ).closed;
    const { socket, closed } = await open();
    socket.write('100#');
    const drip = setInterval(() => socket.write('x'), 20);
    await closed;
    clearInterval(drip);
  });

  it('answers pending messages before it closes', async () => {
    await serve();
    const answer = send('slow', 'in time');
    await eventually(() => slow.hasBegun);
    await app.close();
    expect(await answer).toBe('in time');
  });

  it('limits connections, and accepts new ones when others close', async () => {
    await serve({ mostConnections: 2 });
    const [first] = [await open(), await open()];
    await (
      await open()
    ).closed;
    first.socket.destroy();
    await eventually(() =>
      send('echo', 'in').then(
        () => true,
        () => false,
      ),
    );
  });

  it('logs rejected input rarely, and without its content', async () => {
    await serve();
    const junk = 'x'.repeat(300_000);
    for (let i = 0; i < 20; i += 1) {
      const { socket, closed } = await open();
      socket.write(`${junk.length}#${junk}`);
      await closed;
    }
    expect(lines.length).toBeLessThanOrEqual(2);
    expect(lines.join('').length).toBeLessThan(500);
    expect(lines.join('')).not.toContain('xxxx');
  });
});
