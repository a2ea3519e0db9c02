import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { InjectedAnswer } from './injector';
import type { Credential } from './protection';

/**
 * Sends requests to an application without a network: Node's own request and response on a keep-alive
 * connection without a peer. It leaves out the operating system and the HTTP parser.
 */
export class SocketlessConnection {
  readonly #sink = new Sink();
  /** The sink, with the type that requests and responses expect. */
  readonly #socket = this.#sink as unknown as Socket;

  constructor(private readonly listener: RequestListener) {}

  /** Sends a request. Only one may be in flight. */
  request(path: string, headers: Credential): Promise<InjectedAnswer> {
    const request = new IncomingMessage(this.#socket);
    request.method = 'GET';
    request.url = path;
    request.httpVersionMajor = 1;
    request.httpVersionMinor = 1;
    request.httpVersion = '1.1';
    request.headers = { host: '127.0.0.1', ...headers };
    request.rawHeaders = Object.entries(request.headers).flat() as string[];
    request.complete = true;
    request.push(null);
    const response = new ServerResponse(request);
    response.assignSocket(this.#socket);
    return new Promise((resolve) => {
      response.once('finish', () => {
        response.detachSocket(this.#socket);
        resolve(parsed(this.#sink.taken()));
      });
      this.listener(request, response);
    });
  }
}

/** Collects the written data. */
class Sink extends Duplex {
  #written = '';

  constructor() {
    super({ decodeStrings: false });
  }

  taken(): string {
    const written = this.#written;
    this.#written = '';
    return written;
  }

  override _read(): void {
    // There is never anything to read.
  }

  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.#written += typeof chunk === 'string' ? chunk : chunk.toString('utf8');
    done();
  }
}

function parsed(answer: string): InjectedAnswer {
  return {
    status: Number(answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)),
    body: answer.slice(answer.indexOf('\r\n\r\n') + 4),
  };
}
