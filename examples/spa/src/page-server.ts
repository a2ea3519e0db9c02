import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';

const FOLDER = new URL('../page/', import.meta.url);

/** Files of the page, by path, each with its content type. */
const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/app.js', ['app.js', 'text/javascript; charset=utf-8']],
  ['/api.js', ['api.js', 'text/javascript; charset=utf-8']],
]);

/** Serves the page, in place of the CDN or web server that serves it in production. */
export async function startPage(port: number, apiUrl: string): Promise<Server> {
  const headers = {
    // Scripts of this origin alone, and requests to the API alone.
    'Content-Security-Policy': `default-src 'none'; script-src 'self'; connect-src ${apiUrl}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
  const texts = new Map<string, string>();
  for (const [path, [file]] of FILES) {
    const text = await readFile(new URL(file, FOLDER), 'utf8');
    texts.set(path, text.replace('%API_URL%', apiUrl));
  }
  const server = createServer(({ url = '' }, response) => {
    const [, type = ''] = FILES.get(url) ?? [];
    const text = texts.get(url);
    if (text === undefined) response.writeHead(404, headers).end();
    else response.writeHead(200, { ...headers, 'Content-Type': type }).end(text);
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return server;
}
