import { once } from 'node:events';
import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

/** Ports and service of a gateway. */
export interface ForwardAuthOptions {
  /** Port on which the gateway listens. */
  readonly port: number;
  /** Service behind the gateway. */
  readonly service: string;
  /** The service's own port. */
  readonly servicePort: number;
  readonly authPort: number;
}

/** A gateway like Traefik: asks auth about each request, and forwards the identity that auth signs. */
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

  /** Allows this Node process to end while the gateway listens. */
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

/** Returns `null` when there was no answer. */
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

/** Removes the client's claims about its identity, and the headers of its connection. */
function withoutSession(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^x-session-|^(cookie|authorization|connection)$/.test(name),
    ),
  );
}
