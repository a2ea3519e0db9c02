import { readFileSync } from 'node:fs';
import { loadEnvironment, type ResourceEnvironment, type ServiceEnvironment } from '@app/platform';
import type { Type } from '@nestjs/common';
import { AuthEnvironment } from '../apps/auth/src/auth.environment';
import { OrdersEnvironment } from '../apps/orders/src/orders.environment';
import { ProductsEnvironment } from '../apps/products/src/products.environment';
import { eachRow } from '../tools/testing/each-row';
import { ComposeProject } from './support/compose-project';
import { filledIn, TOPOLOGIES } from './support/compose-values';
import { NGINX_FILE } from './support/nginx';

/** Services that are configured like an app: the command for users like auth. */
const CONFIGURED: [string, Type<ServiceEnvironment>][] = [
  ['auth', AuthEnvironment],
  ['orders', OrdersEnvironment],
  ['products', ProductsEnvironment],
  ['users', AuthEnvironment],
];

const values = filledIn();

describe.each(TOPOLOGIES)('docker/%s/compose.yaml', (topology) => {
  const project = new ComposeProject(`docker/${topology}/compose.yaml`, values);

  it('gives each service a valid environment', async () => {
    await eachRow(CONFIGURED, ([name, type]) => {
      const { environment = {} } = project.service(name);
      expect(Object.keys(new type())).toEqual(expect.arrayContaining(Object.keys(environment)));
      const loaded = loadEnvironment(type, environment);
      expect(loaded).toMatchObject({ HOST: '0.0.0.0', TRUST_PROXY: 1, isProduction: true });
    });
  });

  it.each<[string, Type<ResourceEnvironment>]>([
    ['orders', OrdersEnvironment],
    ['products', ProductsEnvironment],
  ])('enables the near-cache of %s only when SESSION_NEAR_CACHE is set', (name, type) => {
    const nearCacheOf = (SESSION_NEAR_CACHE: string) => {
      const asked = new ComposeProject(project.file, { ...values, SESSION_NEAR_CACHE });
      const { environment = {} } = asked.service(name);
      return loadEnvironment(type, environment).SESSION_NEAR_CACHE;
    };
    expect(nearCacheOf('')).toBe(false);
    expect(nearCacheOf('on')).toBe(true);
    expect(nearCacheOf('2s')).toBe('2s');
  });

  it('lets nginx reach each service on the port that the service listens on', () => {
    const upstreams = [...readFileSync(NGINX_FILE, 'utf8').matchAll(/http:\/\/(\w+):(\d+)/g)];
    expect(upstreams.map(([, host, port]) => [host, Number(port)])).toEqual([
      ['auth', new AuthEnvironment().AUTH_PORT],
      ['orders', new OrdersEnvironment().ORDERS_PORT],
      ['products', new ProductsEnvironment().PRODUCTS_PORT],
    ]);
    for (const [, host = ''] of upstreams) expect(project.reachable('nginx', host)).toEqual([host]);
  });
});
