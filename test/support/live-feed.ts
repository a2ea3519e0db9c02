import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import { EventStream } from './event-stream';

/** Event of a feed, in the same form for event streams and WebSockets. */
export interface FeedEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Open feed of orders, as a client sees it. */
export interface LiveFeed {
  /** Events so far, without heartbeats. */
  readonly events: readonly FeedEvent[];
  /** Number of heartbeats of the stream, or of pings of the WebSocket. */
  readonly heartbeats: number;
  /** Reason for which the service has closed the feed; `null` while it is open. */
  readonly ended: string | null;
  close(): void;
}

/** Where and how to open a feed. */
export interface FeedTarget {
  /** URL of the service or of a proxy in front of it. */
  readonly url: string;
  readonly cookie?: string;
  /** Certificate to trust. */
  readonly ca?: string;
}

/** Feed as server-sent events. It ends with the code of the last event. */
export class StreamFeed implements LiveFeed {
  private constructor(private readonly stream: EventStream) {}

  static async open({ url, cookie = '', ca }: FeedTarget): Promise<StreamFeed> {
    const stream = await EventStream.open(`${url}/orders/stream`, cookie, { ca });
    if (stream.response.statusCode !== 200) {
      stream.close();
      throw new Error(`refused: ${stream.response.statusCode}`);
    }
    return new StreamFeed(stream);
  }

  get events(): FeedEvent[] {
    return this.stream.messages
      .filter(({ event }) => event !== 'heartbeat' && event !== 'session-ended')
      .map(({ event = '', data }) => ({ event, data }));
  }

  get heartbeats(): number {
    return this.stream.messages.filter(({ event }) => event === 'heartbeat').length;
  }

  get ended(): string | null {
    if (!this.stream.hasEnded) return null;
    const last = this.stream.messages.find(({ event }) => event === 'session-ended');
    return last ? String(last.data.code) : 'ended';
  }

  close(): void {
    this.stream.close();
  }
}

/** Feed over a WebSocket. It ends with the close code. */
export class SocketFeed implements LiveFeed {
  readonly events: FeedEvent[] = [];
  heartbeats = 0;
  ended: string | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.events.push(JSON.parse(data.toString()) as FeedEvent);
    });
    socket.on('ping', () => (this.heartbeats += 1));
    socket.on('close', (code) => {
      this.ended = String(code);
    });
  }

  /** @throws Error with the status when the service refuses the connection */
  static async open({ url, cookie, ca }: FeedTarget): Promise<SocketFeed> {
    const headers = cookie === undefined ? {} : { cookie: `__Host-sid=${cookie}` };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/orders/live`, { headers, ca });
    const feed = new SocketFeed(socket);
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      response.resume();
      socket.emit('refused', response.statusCode);
      socket.terminate();
    });
    const status = await Promise.race([
      once(socket, 'open').then(() => null),
      once(socket, 'refused').then(([it]: unknown[]) => it as number),
    ]);
    if (status !== null) throw new Error(`refused: ${status}`);
    return feed;
  }

  close(): void {
    this.socket.terminate();
  }
}

/** Opens a feed of each kind. */
export const FEEDS = { stream: StreamFeed, socket: SocketFeed } as const;

/** Reasons with which each kind of feed ends. */
export const REASONS = {
  stream: { signedOut: 'ERR_SESSION_REQUIRED', roleLost: 'ERR_SESSION_ROLE_REQUIRED' },
  socket: { signedOut: '4401', roleLost: '4403' },
} as const;
