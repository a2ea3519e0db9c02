import { once } from 'node:events';
import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

/** Between whom a gateway stands. */
export interface ForwardAuthOptions {
  /** Where it listens. */
  readonly port: number;
  /** The service that it stands before. */
  readonly service: string;
  /** The service's own port. */
  readonly servicePort: number;
  readonly authPort: number;
}

/** A gateway as Traefik is one: asks auth about each request, and passes on what auth signs. */
export class ForwardAuth {
  private constructor(
    readonly options: ForwardAuthOptions,
    private readonly server: Server,
  ) {}

  static async start(options: ForwardAuthOptions): Promise<ForwardAuth> {
    const server = createServer();
    const gateway = new ForwardAuth(options, server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void gateway.#serve(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(502);
        response.end();
      });
    });
    server.listen(options.port, '127.0.0.1');
    await once(server, 'listening');
    return gateway;
  }

  /** Lets this Node process end while the gateway listens. */
  unref(): void {
    this.server.unref();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authPort, service, servicePort } = this.options;
    const asked = send({
      port: authPort,
      host: '127.0.0.1',
      path: '/auth/verify',
      headers: {
        ...only(request.headers, ['cookie', 'authorization']),
        'x-forwarded-method': request.method,
        'x-forwarded-uri': request.url,
        'x-verify-service': service,
      },
    });
    const decision = await answerTo(asked);
    if (decision === null) {
      request.resume();
      response.writeHead(503, { 'retry-after': '1', 'content-type': 'application/problem+json' });
      response.end('{"status":503,"code":"ERR_SESSION_STORE_UNAVAILABLE"}');
      return;
    }
    if (decision.statusCode !== 200) {
      request.resume();
      passBack(decision, response);
      return;
    }
    decision.resume();
    const identity = decision.headers['x-session-identity'];
    const passed = send({
      port: servicePort,
      host: '127.0.0.1',
      method: request.method,
      path: request.url,
      headers: { ...withoutSession(request.headers), 'x-session-identity': identity },
    });
    request.pipe(passed);
    const answer = await answerTo(passed, false);
    if (answer) passBack(answer, response);
    else response.writeHead(502).end();
  }
}

/** `null` when there is none. */
async function answerTo(
  request: ReturnType<typeof send>,
  isWhole = true,
): Promise<IncomingMessage | null> {
  if (isWhole) request.end();
  try {
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return answer;
  } catch {
    return null;
  }
}

function passBack(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}

function only(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}

/** Nothing that a client says of who it is, and nothing of the connection to it. */
function withoutSession(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^x-session-|^(cookie|authorization|connection)$/.test(name),
    ),
  );
}
