import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Serves a folder like a host of static sites: files by name, folders by their `index.html`. */
export class StaticServer {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(folder: string): Promise<StaticServer> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      void fileIn(folder, normalize(decodeURIComponent(pathname))).then((file) => {
        if (file === null) response.writeHead(404).end();
        else response.setHeader('content-type', file.type).end(file.content);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new StaticServer(server, `http://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Returns a file's content and media type; `null` when it does not exist. */
async function fileIn(
  folder: string,
  path: string,
): Promise<{ type: string; content: Buffer } | null> {
  const named = join(folder, path);
  try {
    const file = (await stat(named)).isDirectory() ? join(named, 'index.html') : named;
    return { type: TYPES[extname(file)] ?? 'text/plain', content: await readFile(file) };
  } catch {
    return null;
  }
}
