import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port that a program is about to listen on, and the environment variable that sets it. */
export interface PlannedPort {
  readonly port: number;
  readonly host: string;
  readonly variable: string;
}

/**
 * Tries every port, so that a taken port is reported before anything is started. Holds all ports until the
 * last is tried, which also finds two programs with the same port.
 *
 * @throws Error that names each unavailable port and the variable to set
 */
export async function checkPorts(ports: readonly PlannedPort[]): Promise<void> {
  const held: Server[] = [];
  const complaints: string[] = [];
  for (const planned of ports) {
    const { port, host } = planned;
    const server = createServer().listen({ port, host, exclusive: true });
    try {
      await once(server, 'listening');
      held.push(server);
    } catch (error) {
      complaints.push(complaint(error as NodeJS.ErrnoException, planned));
    }
  }
  await Promise.all(
    held.map(async (server) => {
      server.close();
      await once(server, 'close');
    }),
  );
  if (complaints.length > 0) throw new Error([...new Set(complaints)].join('\n'));
}

function complaint(error: NodeJS.ErrnoException, { port, host, variable }: PlannedPort): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop the process that listens there, or set ${variable} to a free port.`;
    case 'EACCES':
      return `Port ${port} on ${host} needs more rights than this user has: set ${variable} to a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}: set HOST to an address that it has, such as 127.0.0.1.`;
    default:
      return `Port ${port} on ${host} (${variable}) is unavailable: ${error.message}.`;
  }
}
