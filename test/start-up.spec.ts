import { EnvironmentError, loadEnvironment } from '@app/platform';
import { AuthEnvironment } from '../apps/auth/src/auth.environment';
import { OrdersEnvironment } from '../apps/orders/src/orders.environment';
import { ProductsEnvironment } from '../apps/products/src/products.environment';
import { eachRow } from '../tools/testing/each-row';

type Environment = new () => object;

const REFUSED: [environment: Environment, variables: NodeJS.ProcessEnv, wrong: string][] = [
  [OrdersEnvironment, {}, 'REDIS_URL'],
  [OrdersEnvironment, { REDIS_URL: 'http://user:secret@localhost' }, 'REDIS_URL'],
  [OrdersEnvironment, { REDIS_URL: 'redis://localhost', ORDERS_PORT: '80x' }, 'ORDERS_PORT'],
  [OrdersEnvironment, { REDIS_URL: 'redis://localhost', HTTP_ADAPTER: 'koa' }, 'HTTP_ADAPTER'],
  [
    OrdersEnvironment,
    { REDIS_URL: 'redis://localhost', ALLOWED_ORIGINS: 'app' },
    'ALLOWED_ORIGINS',
  ],
  [
    AuthEnvironment,
    { REDIS_URL: 'redis://localhost', SESSION_IDLE_TIMEOUT: '30' },
    'SESSION_IDLE_TIMEOUT',
  ],
  [
    AuthEnvironment,
    { REDIS_URL: 'redis://localhost', SESSION_IDLE_TIMEOUT: '13h' },
    'SESSION_IDLE_TIMEOUT',
  ],
  [AuthEnvironment, { REDIS_URL: 'redis://localhost', BCRYPT_COST: '4' }, 'BCRYPT_COST'],
  [OrdersEnvironment, { REDIS_URL: 'redis://localhost', REDIS_STRICT: 'yes' }, 'REDIS_STRICT'],
  [
    OrdersEnvironment,
    { REDIS_URL: 'redis://localhost', SESSION_NEAR_CACHE: '2' },
    'SESSION_NEAR_CACHE',
  ],
  [
    ProductsEnvironment,
    { REDIS_URL: 'redis://localhost', SESSION_NEAR_CACHE: '9ms' },
    'SESSION_NEAR_CACHE',
  ],
  [AuthEnvironment, { REDIS_URL: 'redis://localhost', DEMO_USERS: 'yes' }, 'DEMO_USERS'],
  [
    AuthEnvironment,
    { REDIS_URL: 'redis://localhost', DEMO_USERS: 'on', NODE_ENV: 'production' },
    'DEMO_USERS',
  ],
];

/** Returns the message that a service prints before it ends. */
function messageOf(environment: Environment, variables: NodeJS.ProcessEnv): string {
  try {
    loadEnvironment(environment, variables);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message;
  }
}

describe('the environment of a service', () => {
  it('is rejected with the name of the invalid variable, but without its value', () =>
    eachRow(
      REFUSED,
      ([environment, variables, wrong]) => {
        const message = messageOf(environment, variables);
        expect(message).toMatch(new RegExp(`- ${wrong}: \\w.*\\.`));
        expect(message).not.toContain('secret');
        expect(message).not.toContain('    at ');
      },
      ([{ name }, variables]) => `${name} ${JSON.stringify(variables)}`,
    ));
});
