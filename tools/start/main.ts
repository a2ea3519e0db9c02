import { buildApps } from '../processes/build-apps';
import { newCallSecret } from './call-secret';
import { linePrefix } from './line-prefix';
import { run } from './run';
import { auth, isSet, orders, products, serviceUrl } from './services';
import { welcome } from './welcome';

const services = [auth, products, orders];
const names = services.map(({ name }) => name);
const coloured = process.stdout.isTTY && process.stdout.hasColors();
const withPrefix = linePrefix(names, coloured);

const env = { ...process.env };
if (!isSet(env.DEMO_USERS)) env.DEMO_USERS = 'on';
if (!isSet(env.SESSION_CALL_SECRET)) env.SESSION_CALL_SECRET = newCallSecret();
if (!coloured) env.NO_COLOR = '1';

void run({
  services,
  env,
  build: (signal) => buildApps({ apps: names, signal }),
  log: (message) => {
    console.log(message);
  },
  onServiceLine: (name, line) => {
    console.log(withPrefix(name, line));
  },
  onRunning: ({ redis }) => {
    const urls = {
      auth: serviceUrl(auth, env),
      orders: serviceUrl(orders, env),
      products: serviceUrl(products, env),
    };
    console.log(
      welcome({
        urls,
        redis,
        hasDemoUsers: env.DEMO_USERS === 'on',
        needsGateway: env.SESSION_SOURCE === 'gateway',
      }),
    );
  },
});
