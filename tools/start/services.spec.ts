import { eachRow } from '../testing/each-row';
import {
  auth,
  listenHost,
  orders,
  plannedPorts,
  products,
  type Service,
  serviceUrl,
} from './services';

describe('a demo service', () => {
  it('listens on its defaults when the environment is empty', () => {
    const env = { HOST: '', PRODUCTS_PORT: '' };

    expect(listenHost(env)).toBe('127.0.0.1');
    expect(serviceUrl(products, env)).toBe('http://127.0.0.1:3002');
    expect(plannedPorts(products, env)).toEqual([
      { host: '127.0.0.1', variable: 'PRODUCTS_PORT', port: 3002 },
      { host: '127.0.0.1', variable: 'PRODUCTS_RPC_PORT', port: 4002 },
    ]);
  });

  it('listens for other services on its RPC port', () => {
    const ofMetrics = (service: Service) =>
      plannedPorts(service, { METRICS_PORT: '9464' }).find((it) => it.variable === 'METRICS_PORT')
        ?.port;
    expect([auth, orders, products].map(ofMetrics)).toEqual([9464, 9465, 9466]);
    expect(plannedPorts(auth, {})).toContainEqual({
      host: '127.0.0.1',
      variable: 'AUTH_RPC_PORT',
      port: 4000,
    });
  });

  it('listens on the host and ports from the environment', () => {
    const env = { HOST: '::1', PRODUCTS_PORT: '8080', PRODUCTS_RPC_PORT: '8081' };

    expect(serviceUrl(products, env)).toBe('http://[::1]:8080');
    expect(plannedPorts(products, env)).toEqual([
      { host: '::1', variable: 'PRODUCTS_PORT', port: 8080 },
      { host: '::1', variable: 'PRODUCTS_RPC_PORT', port: 8081 },
    ]);
  });

  it.each(['0.0.0.0', '::'])('is called on the loopback address when it listens on %s', (HOST) => {
    expect(serviceUrl(products, { HOST })).toBe('http://127.0.0.1:3002');
  });

  it('rejects a malformed port', async () => {
    await eachRow(['0', '65536', '80.5', '-1', 'http'], (PRODUCTS_PORT) => {
      expect(() => plannedPorts(products, { PRODUCTS_PORT })).toThrow(
        `PRODUCTS_PORT is '${PRODUCTS_PORT}'`,
      );
    });
  });
});
