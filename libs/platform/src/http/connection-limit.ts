import { Logger } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Maximum number of open connections, when the file limit of the process allows them. */
const MOST_CONNECTIONS = 10_000;

/** Part of the file limit that client connections may use. */
const PART_OF_FILES = 0.8;

/** Part of the limit above which silent connections are closed. */
const CROWDED = 0.9;

/** Time without a byte after which a connection counts as silent, in milliseconds. */
const PATIENCE = 1_000;

/** At most one log line per interval, in milliseconds. */
const LOG_INTERVAL = 60_000;

/** Settings of {@link limitConnections}. */
export interface ConnectionLimits {
  /** Maximum number of connections. @default 10000, or four fifths of the files that the process may open */
  readonly most?: number;
  /** Milliseconds without a byte. @default 1000 */
  readonly patience?: number;
}

/**
 * Limits the connections of a server to less than the file limit of the process, which also needs files for
 * Redis and probes. Above 90 % of the limit the oldest silent connection is closed for each new one.
 * Connections beyond the limit are refused. Both are logged.
 */
export function limitConnections(
  server: Server,
  { most = mostConnections(), patience = PATIENCE }: ConnectionLimits = {},
): void {
  const logger = new Logger('HttpServer');
  /** Opening time of each connection that may be silent, oldest first. */
  const silent = new Map<Socket, number>();
  let open = 0;
  let loggedAt = -Infinity;

  const warn = (what: string) => {
    const now = performance.now();
    if (now - loggedAt < LOG_INTERVAL) return;
    loggedAt = now;
    logger.warn(`${open} of at most ${most} connections are open: ${what}`);
  };

  server.maxConnections = most;
  server.on('connection', (socket: Socket) => {
    open += 1;
    if (open > most * CROWDED) {
      const oldest = firstSilent(silent, performance.now() - patience);
      if (oldest) {
        warn('silent connections are closed to make room');
        oldest.destroy();
      }
    }
    silent.set(socket, performance.now());
    socket.once('close', () => {
      silent.delete(socket);
      open -= 1;
    });
  });
  server.prependListener('request', ({ socket }: IncomingMessage) => silent.delete(socket));
  server.on('drop', () => {
    warn('new connections are refused');
  });
}

/** Skips connections that have begun a request: request timeouts apply to them. */
function firstSilent(sockets: Map<Socket, number>, since: number): Socket | undefined {
  for (const [socket, openedAt] of sockets) {
    if (openedAt > since) return undefined;
    if (socket.bytesRead === 0) return socket;
    sockets.delete(socket);
  }
  return undefined;
}

function mostConnections(): number {
  return Math.min(MOST_CONNECTIONS, Math.floor(mostFiles() * PART_OF_FILES));
}

/** Reads the file limit of the process from a file of Linux: Node.js has no API for it. */
function mostFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}
