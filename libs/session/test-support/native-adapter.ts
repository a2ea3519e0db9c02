import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/** Returns a response that is not connected to a client. */
export function nativeResponse(): ServerResponse & { body?: unknown } {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

/** Returns a host whose adapter writes to Node.js' own response, and keeps a body as `body`. */
export function nativeAdapterHost(): HttpAdapterHost {
  const host = new HttpAdapterHost();
  host.httpAdapter = {
    isHeadersSent: (response: ServerResponse) => response.headersSent,
    setHeader: (response: ServerResponse, name: string, value: string) =>
      response.setHeader(name, value),
    appendHeader: (response: ServerResponse, name: string, value: string) =>
      response.appendHeader(name, value),
    reply: (response: ServerResponse, body: object, status: number) => {
      response.statusCode = status;
      Object.assign(response, { body });
    },
  } as unknown as AbstractHttpAdapter;
  return host;
}
