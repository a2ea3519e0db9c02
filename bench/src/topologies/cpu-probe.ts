import { createServer } from 'node:net';
import { cpuTime } from '../servers/cpu-time';
import { PROBE_PORT } from './cpu-probe.port';

/*
 * Loaded into an app before its own code. It reports the app's CPU time in microseconds to each connection.
 * The apps run as they are built and need no code for it.
 */

const port = Number(process.env[PROBE_PORT]);

// Child processes of the app must not inherit the probe: the port is taken.
delete process.env.NODE_OPTIONS;
Reflect.deleteProperty(process.env, PROBE_PORT);

createServer((socket) => {
  socket.on('error', () => undefined);
  socket.end(String(cpuTime()));
})
  .listen(port, '127.0.0.1')
  .unref();
