import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';

/** Response as `curl -i` prints it. */
export interface CurlResponse {
  /** First line, such as `HTTP/1.1 200 OK`. */
  readonly statusLine: string;
  /** Header lines in their order, such as `Content-Length: 2`. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Argument of a shell command: a quoted text or a word. */
const ARGUMENT = /'([^']*)'|\S+/g;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

interface Call {
  method?: string;
  url?: string;
  body?: string;
  readonly headers: Record<string, string>;
  /** Files that the call reads cookies from, and writes them to. */
  readFrom?: string;
  writeTo?: string;
}

/**
 * Performs the curl commands of {@link demoStory} without curl, for machines that have none. The cookie files
 * are in memory.
 */
export class Curl {
  readonly #files = new Map<string, Cookie[]>();

  /** @throws Error for an option that the story does not use */
  async run(command: string): Promise<CurlResponse> {
    const { url = '', method, headers, body, readFrom, writeTo } = callOf(command);
    const cookies = this.#cookies(readFrom, new URL(url).pathname);
    const request = send(url, {
      agent: false,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...headers, ...(cookies === '' ? {} : { cookie: cookies }) },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += chunk as string;
    if (writeTo !== undefined) {
      this.#files.set(writeTo, (response.headers['set-cookie'] ?? []).map(cookieOf));
    }
    const { httpVersion, statusCode, statusMessage, rawHeaders } = response;
    return {
      statusLine: `HTTP/${httpVersion} ${statusCode ?? ''} ${statusMessage ?? ''}`,
      headers: rawHeaders.flatMap((name, i) =>
        i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1] ?? ''}`] : [],
      ),
      body: text,
    };
  }

  /** Returns the value of the header `Cookie` for a path. */
  #cookies(file: string | undefined, path: string): string {
    const cookies = file === undefined ? [] : this.#files.get(file);
    if (cookies === undefined)
      throw new Error(`No call has written the cookie file ${file ?? ''}.`);
    return cookies
      .filter((cookie) => path.startsWith(cookie.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

function cookieOf(setCookie: string): Cookie {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
  const [, path = '/'] = /; Path=([^;]*)/i.exec(setCookie) ?? [];
  return { name, value, path };
}

function callOf(command: string): Call {
  const call: Call = { headers: {} };
  const [program, ...rest] = [...command.matchAll(ARGUMENT)].map(
    ([word, quoted]) => quoted ?? word,
  );
  if (program !== 'curl') throw new Error(`Not a call of curl: ${command}`);
  while (rest.length > 0) {
    const argument = rest.shift() ?? '';
    const value = () => rest.shift() ?? '';
    if (argument === '-b') call.readFrom = value();
    else if (argument === '-c') call.writeTo = value();
    else if (argument === '-d') call.body = value();
    else if (argument === '-X') call.method = value();
    else if (argument === '-H') addHeader(call, value());
    else if (!argument.startsWith('-')) call.url = argument;
    else if (argument !== '-i') throw new Error(`The option ${argument} is unknown: ${command}`);
  }
  return call;
}

function addHeader({ headers }: Call, line: string): void {
  const [name = '', ...value] = line.split(':');
  headers[name] = value.join(':').trim();
}
