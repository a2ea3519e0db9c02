import { createServer } from 'node:net';
import { cpuTime } from '../servers/cpu-time';
import { PROBE_PORT } from './cpu-probe.port';

/*
 * Loaded into an app before its own code: tells whoever connects how much CPU time the app has used, in
 * microseconds. The apps are measured as they are built, and know nothing of it.
 */

const port = Number(process.env[PROBE_PORT]);

// What the app starts is not the app, and could not have the port.
delete process.env.NODE_OPTIONS;
Reflect.deleteProperty(process.env, PROBE_PORT);

createServer((socket) => {
  socket.on('error', () => undefined);
  socket.end(String(cpuTime()));
})
  .listen(port, '127.0.0.1')
  .unref();
