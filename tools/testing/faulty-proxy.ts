import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { RespCommands } from './resp-commands';

/** A network path to a Redis server that fails on demand. */
export class FaultyProxy {
  #server: Server;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  #losing = false;
  /** First command whose reply is lost, with all later replies; `null` to lose none. */
  #losingFrom: RegExp | null = null;
  #latency = 0;
  /** Command to which replies are delayed. */
  #delayed = /^/;
  #commandsLeft = Infinity;
  #onHold: () => void = () => undefined;

  private constructor(private readonly targetPort: number) {
    this.#server = this.#createServer();
  }

  static async to(targetPort: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(targetPort);
    await proxy.#listen(0);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** From now on, requests arrive and their replies are lost. */
  loseReplies(): void {
    this.#losing = true;
  }

  /**
   * From the next command that matches, requests arrive and their replies are lost.
   *
   * @param from Pattern of the command on the wire: name and arguments, each in a line after its length.
   */
  loseRepliesFrom(from: RegExp): void {
    this.#losingFrom = from;
  }

  /**
   * Delays replies from now on.
   *
   * @param latency Delay in milliseconds.
   * @param to Pattern of the command on the wire. By default the reply to every command is delayed.
   */
  delayReplies(latency: number, to = /^/): void {
    this.#latency = latency;
    this.#delayed = to;
  }

  /**
   * Forwards this many more commands, and nothing after them.
   *
   * @returns a promise that resolves when the first command is held back
   */
  holdAfter(commands: number): Promise<void> {
    this.#commandsLeft = commands;
    return new Promise((resolve) => {
      this.#onHold = resolve;
    });
  }

  /** Breaks all connections and discards held commands. New connections work in both directions. */
  cut(): void {
    this.#losing = false;
    this.#losingFrom = null;
    this.#commandsLeft = Infinity;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Breaks all connections and refuses new ones. */
  async refuse(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  /** Accepts connections again, on the same port. */
  async accept(): Promise<void> {
    this.#server = this.#createServer();
    await this.#listen(this.#port);
  }

  /** Closes the proxy for good. */
  close(): Promise<void> {
    return this.refuse();
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #createServer(): Server {
    // Every command is a write of its own: Nagle's algorithm would hold the second one back for 40 ms.
    const noDelay = true;
    return createServer({ noDelay }, (client) => {
      const target = connect({ port: this.targetPort, host: '127.0.0.1', noDelay });
      const commands = new RespCommands();
      let latest = '';
      client.on('data', (data) => {
        for (const command of commands.read(data)) {
          latest = command.toString('latin1');
          this.#request(target, command);
        }
      });
      const replies = new DelayedWrites(client);
      target.on('data', (data) => {
        if (!this.#losing) replies.write(data, this.#delayed.test(latest) ? this.#latency : 0);
      });
      for (const [socket, peer] of [
        [client, target],
        [target, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => peer.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          peer.destroy();
        });
      }
    });
  }

  #request(target: Socket, command: Buffer): void {
    if (this.#commandsLeft <= 0) {
      this.#onHold();
      return;
    }
    this.#commandsLeft -= 1;
    if (this.#losingFrom?.test(command.toString('latin1'))) this.#losing = true;
    target.write(command);
  }
}

/** Writes to a socket after a delay. The order is kept even when the delay changes. */
class DelayedWrites {
  #lastDue = 0;
  readonly #waiting: { data: Buffer; due: number }[] = [];

  constructor(private readonly socket: Socket) {}

  write(data: Buffer, latency: number): void {
    this.#lastDue = Math.max(this.#lastDue, performance.now() + latency);
    if (latency === 0 && this.#waiting.length === 0) {
      this.socket.write(data);
      return;
    }
    this.#waiting.push({ data, due: this.#lastDue });
    if (this.#waiting.length === 1) this.#next();
  }

  #next(): void {
    const [first] = this.#waiting;
    if (!first) return;
    setTimeout(() => {
      this.#waiting.shift();
      if (!this.socket.destroyed) this.socket.write(first.data);
      this.#next();
    }, first.due - performance.now());
  }
}
