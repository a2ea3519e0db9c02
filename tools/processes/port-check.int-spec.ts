import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { freePort } from './free-port';
import { checkPorts } from './port-check';

const HOST = '127.0.0.1';

describe('checkPorts', () => {
  const servers: Server[] = [];

  const takePort = async () => {
    const port = await freePort();
    const server = createServer().listen(port, HOST);
    servers.push(server);
    await once(server, 'listening');
    return port;
  };

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('accepts free ports, and leaves them free', async () => {
    const ports = [{ port: await freePort(), host: HOST, variable: 'AUTH_PORT' }];

    await checkPorts(ports);
    await checkPorts(ports);
  });

  it('names every port that is taken and the variable that sets it', async () => {
    const [first, second] = [await takePort(), await takePort()];
    const check = checkPorts([
      { port: first, host: HOST, variable: 'AUTH_PORT' },
      { port: await freePort(), host: HOST, variable: 'ORDERS_PORT' },
      { port: second, host: HOST, variable: 'PRODUCTS_PORT' },
    ]);

    await expect(check).rejects.toThrow(
      `Port ${first} on 127.0.0.1 is in use: stop the process that listens there, or set ` +
        `AUTH_PORT to a free port.\nPort ${second} on 127.0.0.1 is in use: stop the process ` +
        'that listens there, or set PRODUCTS_PORT to a free port.',
    );
  });

  it('detects two programs with the same port', async () => {
    const port = await freePort();
    const ports = [
      { port, host: HOST, variable: 'AUTH_PORT' },
      { port, host: HOST, variable: 'ORDERS_PORT' },
    ];

    await expect(checkPorts(ports)).rejects.toThrow('set ORDERS_PORT');
  });

  it('blames HOST for an address that the machine does not have', async () => {
    // TEST-NET-1 (RFC 5737) is assigned to no machine.
    const host = '192.0.2.1';
    const ports = [
      { port: await freePort(), host, variable: 'AUTH_PORT' },
      { port: await freePort(), host, variable: 'ORDERS_PORT' },
    ];

    await expect(checkPorts(ports)).rejects.toThrow(
      /^This machine has no address 192\.0\.2\.1: set HOST to an address that it has, such as 127\.0\.0\.1\.$/,
    );
  });
});
