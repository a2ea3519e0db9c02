// Whether the service of this container serves: `node health-check.mjs <port>` ends with 0 if so.
import { get } from 'node:http';

get({ host: '127.0.0.1', port: process.argv[2], path: '/health/live' }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
});
