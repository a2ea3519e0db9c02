import {
  io,
  type Manager,
  type ManagerOptions,
  type Socket,
  type SocketOptions,
} from 'socket.io-client';
import { eventually } from '../../../../../tools/testing/eventually.js';

/** Received event. */
export type IoEvent = readonly [name: string, ...args: unknown[]];

/** Options of a test client. */
export type IoClientOptions = Partial<ManagerOptions & SocketOptions>;

/** Real client of socket.io, with all it has received. */
export class IoTestClient {
  readonly events: IoEvent[] = [];
  readonly errors: (Error & { readonly data?: unknown })[] = [];
  /** Packets of the connection, also those that the client ignores. */
  readonly packets: unknown[] = [];
  readonly disconnects: string[] = [];
  connects = 0;

  constructor(readonly socket: Socket) {
    socket.onAny((...event: [string, ...unknown[]]) => this.events.push(event));
    socket.io.on('packet' as never, (packet: unknown) => {
      this.packets.push(packet);
    });
    socket.on('connect', () => (this.connects += 1));
    socket.on('connect_error', (error) => this.errors.push(error));
    socket.on('disconnect', (reason) => this.disconnects.push(reason));
  }

  /** Opens a connection of its own, which does not connect again by itself unless the options say so. */
  static start(url: string, options: IoClientOptions): IoTestClient {
    const { pathname, origin } = new URL(url);
    const path = pathname === '/' ? '/socket.io' : pathname;
    return new IoTestClient(io(origin, { path, forceNew: true, reconnection: false, ...options }));
  }

  /** Opens a connection, and waits until the server has admitted the client to the namespace. */
  static async open(url: string, options: IoClientOptions): Promise<IoTestClient> {
    const client = IoTestClient.start(url, options);
    await client.connected();
    return client;
  }

  get manager(): Manager {
    return this.socket.io;
  }

  /** Joins a namespace on the same connection. */
  join(namespace: string): IoTestClient {
    return new IoTestClient(this.manager.socket(namespace));
  }

  async connected(): Promise<void> {
    await eventually(() => this.socket.connected || this.errors.length > 0);
    if (!this.socket.connected) throw this.errors[0] ?? new Error('not connected');
  }

  async refused(): Promise<Error & { readonly data?: unknown }> {
    await eventually(() => this.errors.length > 0);
    const [error] = this.errors;
    if (error === undefined) throw new Error('The client has received no error.');
    return error;
  }

  /** Sends a message, and resolves to the next event of the server. */
  async ask(event: string, data: unknown = null): Promise<IoEvent> {
    const { length } = this.events;
    this.socket.emit(event, data);
    await eventually(() => this.events.length > length);
    return this.events[length] ?? ['nothing'];
  }

  close(): void {
    this.socket.disconnect();
    this.manager.engine.close();
  }
}
