// Health check of a container: `node health-check.mjs <port>` exits with 0 when the service is alive.
import { get } from 'node:http';

get({ host: '127.0.0.1', port: process.argv[2], path: '/health/live' }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
});
