import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AuthEnvironment } from '../apps/auth/src/auth.environment';
import { OrdersEnvironment } from '../apps/orders/src/orders.environment';
import { ProductsEnvironment } from '../apps/products/src/products.environment';
import { repositoryRoot } from '../tools/repository-root';
import { argumentsOf } from './support/dockerfile';

const inRepository = (path: string) => join(repositoryRoot, path);

describe('docker/Dockerfile', () => {
  it.each([
    ['auth', new AuthEnvironment().AUTH_PORT],
    ['orders', new OrdersEnvironment().ORDERS_PORT],
    ['products', new ProductsEnvironment().PRODUCTS_PORT],
  ])('runs the build output of %s on port %d, with a health check', (name, port) => {
    const entry = `dist/apps/${name}/main.js`;
    expect(existsSync(inRepository(entry))).toBe(true);
    expect(argumentsOf(name, 'COPY')).toContain(
      `--from=build /app/dist/apps/${name} dist/apps/${name}`,
    );
    expect(argumentsOf(name, 'CMD')).toEqual([JSON.stringify(['node', entry]).replace(',', ', ')]);
    expect(argumentsOf(name, 'EXPOSE')).toEqual([String(port)]);
    expect(argumentsOf(name, 'HEALTHCHECK').join()).toContain(
      `CMD ["node", "health-check.mjs", "${port}"]`,
    );
    expect(argumentsOf(name, 'ENV')).toEqual(['NODE_ENV=production HOST=0.0.0.0']);
    expect(argumentsOf(name, 'USER')).toEqual(['node']);
  });
});

describe('docker/health-check.mjs', () => {
  async function checked(status: number | null): Promise<number> {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.statusCode = status ?? 200;
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    if (status === null) await once(server.close(), 'close');
    const script = inRepository('docker/health-check.mjs');
    const child = spawn(process.execPath, [script, String(port)], { stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number];
    server.close();
    expect(asked).toEqual(status === null ? [] : ['/health/live']);
    return code;
  }

  it('exits with 0 for a service that responds 200, and with 1 otherwise', async () => {
    expect(await checked(200)).toBe(0);
    expect(await checked(500)).toBe(1);
    expect(await checked(null)).toBe(1);
  });
});
