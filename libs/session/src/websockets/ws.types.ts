import type { IncomingMessage } from 'node:http';

/** Parameter of `verifyClient` of the package `ws`. */
export interface VerifyInfo {
  readonly origin: string;
  readonly secure: boolean;
  readonly req: IncomingMessage;
}

export type VerifyCallback = (
  verified: boolean,
  status?: number,
  body?: string,
  headers?: Readonly<Record<string, string>>,
) => void;

/** Hook of `ws` before the answer to a handshake. It decides by its result, or calls back. */
export type VerifyClient = (info: VerifyInfo, callback: VerifyCallback) => unknown;

/** Client of the package `ws`. */
export interface WsClient {
  close(code: number, reason: string): void;
  terminate(): void;
  send(text: string): void;
  on(event: 'exception', listener: (error: object) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** Server of the package `ws`, which reads its options at each handshake. */
export interface WsServer {
  readonly options: { verifyClient?: VerifyClient | null };
  on(event: 'connection', listener: (client: WsClient, request: IncomingMessage) => void): unknown;
}

/** Whether a server is one of the package `ws`. */
export function isWsServer(server: object): server is WsServer {
  const { handleUpgrade, options, on } = server as Readonly<Record<string, unknown>>;
  return (
    typeof handleUpgrade === 'function' &&
    typeof on === 'function' &&
    typeof options === 'object' &&
    options !== null
  );
}
